"""The one seed of all that is drawn by chance, so that every report comes out the same twice."""

SEED = 20261121
