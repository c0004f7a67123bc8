"""What exists in AWS: one construct a capability, put together in `stack.py`."""

import sys
from pathlib import Path

# What the functions find under /opt/python is found here, too: the layers as they lie in the tree.
_LAYERS = Path(__file__).parents[1] / "layers"
sys.path += [str(_LAYERS / "aduan/python"), str(_LAYERS / "jurisdictions/python")]
