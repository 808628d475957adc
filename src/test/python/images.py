"""Image files as a network trained here sees them. Needs numpy and pillow."""

import io

import numpy as np
from PIL import Image, ImageOps


def weights(length, resized, size):
    """Of an axis's old pixels in each new one, within the middle: (size, length)."""
    step = length / resized
    starts = (np.arange(size) + (resized - size) // 2)[:, None] * step
    old = np.arange(length)[None]
    if step >= 1:  # the mean of the area that the new pixel covers
        ends = np.minimum(length, starts + step)
        covered = np.minimum(old + 1, ends) - np.maximum(old, starts)
        return np.maximum(covered, 0) / (ends - starts)
    centres = np.clip(starts + step / 2 - 0.5, 0, length - 1)  # linear interpolation
    return np.maximum(0, 1 - np.abs(old - centres))


def centre(image, side, size):
    """The middle, size x size, of an image (H, W, C) whose shorter side is resized to side."""
    shorter = min(image.shape[:2])
    height, width = (max(side, int(length * side / shorter + 0.5)) for length in image.shape[:2])
    rows = weights(image.shape[0], height, size)
    columns = weights(image.shape[1], width, size)
    resized = np.einsum("hy,yxc,wx->hwc", rows, image.astype(float), columns, optimize=True)
    return (resized + 0.5).astype(np.uint8)


def network_input(encoded, data, orientation="exif"):
    """uint8 (C, H, W) of a file's bytes.

    data: what state.json says under "data".
    orientation: "exif" to turn a photograph as its camera says; "stored" for the files of a data set
    whose manifest says so, or nothing.
    """
    image = Image.open(io.BytesIO(encoded))
    if orientation == "exif":
        image = ImageOps.exif_transpose(image)
    pixels = np.array(image.convert("L" if data["channels"] == 1 else "RGB"))
    pixels = pixels.reshape(*pixels.shape[:2], data["channels"])
    height, width = data["height"], data["width"]
    if data["cropped"]:
        pixels = centre(pixels, int(height * 8 / 7 + 0.5), height)
    elif pixels.shape[:2] != (height, width):  # as `prepare --image-size` does
        assert height == width, f"{pixels.shape[1]}x{pixels.shape[0]} pixels, not {width}x{height}"
        pixels = centre(pixels, height, height)
    return np.ascontiguousarray(pixels.transpose(2, 0, 1))
