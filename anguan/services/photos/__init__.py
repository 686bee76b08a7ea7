"""ID photos: the crop tool, stored photos, and the photo that waits for the next request."""
