"""The records of rows in results/: small, plain files in the repository.

results/images/digits/dcgan/ holds the record of a row:

- record.json: the version of the format, the fingerprint of code and settings, and of each seed
  costs, provenance, verdict with its reason, and the SHA-256 of the weights;
- scores.json: seed -> metric -> value, with all digits;
- losses.csv, health.csv, trajectory.csv, times.csv: curves of all seeds, at a limited number of
  moments (``MOMENTS`` in write.py), with four significant digits;
- samples-0.png (or .txt, or .webp with the frames as .png): the first samples of each seed;
- moments.png (or .json) and reconstructions.npz: samples over training, and reconstructed images,
  of the first seed;
- film.js: the film of the first seed, if `films:` in params.yaml lists the row.

results/images/digits/reference_rows/ holds the scores and samples of the reference rows. DVC shows
the scores and curves: `dvc metrics diff HEAD~1`, `dvc plots diff`.
"""
