"""Presentation of tricks on points on the site."""

from dataclasses import replace

from benchmark.tracks.toy.page import PAGE as TOY

PAGE = replace(TOY, title="Tricks on points", has_films=False)
