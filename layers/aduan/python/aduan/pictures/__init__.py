"""Pictures, by Pillow: the only code here that decodes what a camera made."""
