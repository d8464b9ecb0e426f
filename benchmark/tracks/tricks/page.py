"""Presentation of tricks on images on the site."""

from dataclasses import replace

from benchmark.tracks.images.page import PAGE as IMAGES

PAGE = replace(IMAGES, title="Tricks on images")
