"""From labelled pages to a model."""

import os

# Growing a tree, scikit-learn's threads wait for one another hundreds of times. By default they do so at full speed,
# which on a busy machine takes the processor from those that are waited for, and training from a minute to a quarter of
# an hour. OpenMP reads this when it is loaded, with scikit-learn.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
