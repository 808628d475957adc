#!/usr/bin/env python3
"""Draws small image files of every kind and writes them, with the pixels that Pillow sees in each, to
src/test/resources/io/semimeta/image/pillow.json, which PillowImagesTest reads.

Needs Pillow, numpy and libjpeg-turbo's cjpeg: pillow_images.py OUTPUT
"""
import base64
import io
import json
import struct
import subprocess
import sys
import warnings
import zlib

import numpy as np
from PIL import Image, ImageOps, features

HEIGHT, WIDTH = 9, 13
Y, X = np.mgrid[0:HEIGHT, 0:WIDTH]
# No two corners are alike, so that every way of turning shows.
RGB = np.stack([X * 21, Y * 31, 127 + 90 * np.sin((X + 2 * Y) / 3)], -1).clip(0, 255).astype(np.uint8)
GREY = RGB[:, :, 2].copy()
ALPHA = np.where((X > 4) & (X < 9), 0, 200).astype(np.uint8)
DEEP = (RGB.astype(int) * 257 + ((X + Y) * 19)[..., None]).clip(0, 65535).astype(np.uint16)
COLOUR = Image.fromarray(RGB)
LUMINANCE = Image.fromarray(GREY)
RGBA = Image.fromarray(np.dstack([RGB, ALPHA]))
OTHER = Image.fromarray(255 - RGB)
PALETTE = COLOUR.quantize(16)

files = {}


def add(name, image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    files[name] = out.getvalue()


def exif(orientation):
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags


# ---- PNG: what Pillow does not write, chunk by chunk -------------------------------------------------

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def rows(values, bits):
    for row in values:
        flat = row.reshape(-1).astype(int)
        if bits == 16:
            yield b"\0" + flat.astype(">u2").tobytes()
        else:
            text = "".join(format(v, f"0{bits}b") for v in flat)
            text += "0" * (-len(text) % 8)
            yield b"\0" + bytes(int(text[i:i + 8], 2) for i in range(0, len(text), 8))


def png(values, bits, colour, before=b"", after=b"", interlaced=False):
    if values.ndim == 2:
        values = values[..., None]
    height, width = values.shape[:2]
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    parts = [values[y::dy, x::dx] for x, y, dx, dy in passes] if interlaced else [values]
    body = zlib.compress(b"".join(b"".join(rows(part, bits)) for part in parts if part.size))
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, int(interlaced))
    middle = len(body) // 2
    data = chunk(b"IDAT", body[:middle]) + chunk(b"IDAT", body[middle:])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before + data + after + chunk(b"IEND", b"")


def pngs():
    for bits in (1, 2, 4, 8):
        values = GREY.astype(int) >> 8 - bits
        files[f"grey{bits}.png"] = png(values, bits, 0)
        files[f"grey{bits}-interlaced.png"] = png(values, bits, 0, interlaced=True)
        transparent = chunk(b"tRNS", struct.pack(">H", int(values[3, 3])))
        files[f"grey{bits}-transparent.png"] = png(values, bits, 0, transparent)
        colours = bytes(range(7, 7 + 3 * min(256, 1 << bits))) if bits < 8 else bytes(i % 251 for i in range(768))
        files[f"palette{bits}.png"] = png(values, bits, 3, chunk(b"PLTE", colours))
    greys = bytes(v for i in range(16) for v in [i * 17] * 3)
    index = GREY.astype(int) >> 4
    files["palette-grey.png"] = png(index, 4, 3, chunk(b"PLTE", greys))
    files["palette-transparent.png"] = png(index, 4, 3, chunk(b"PLTE", bytes(range(48))) + chunk(b"tRNS", bytes(range(0, 160, 10))))
    files["palette-short.png"] = png(np.full((HEIGHT, WIDTH), 3), 4, 3, chunk(b"PLTE", bytes([9, 9, 9, 200, 30, 30])))
    alpha16 = ALPHA.astype(int) * 257
    files["grey16.png"] = png(DEEP[:, :, 2], 16, 0)
    files["grey16-transparent.png"] = png(DEEP[:, :, 2], 16, 0, chunk(b"tRNS", struct.pack(">H", int(DEEP[3, 3, 2]))))
    files["rgb.png"] = png(RGB, 8, 2)
    files["rgb-interlaced.png"] = png(RGB, 8, 2, interlaced=True)
    files["rgb-transparent.png"] = png(RGB, 8, 2, chunk(b"tRNS", struct.pack(">HHH", *map(int, RGB[3, 3]))))
    files["rgb16.png"] = png(DEEP, 16, 2)
    files["rgb16-transparent.png"] = png(DEEP, 16, 2, chunk(b"tRNS", struct.pack(">HHH", *map(int, DEEP[3, 3]))))
    files["rgba.png"] = png(np.dstack([RGB, ALPHA]), 8, 6)
    files["rgba-interlaced.png"] = png(np.dstack([RGB, ALPHA]), 8, 6, interlaced=True)
    files["rgba16.png"] = png(np.dstack([DEEP, alpha16]), 16, 6)
    files["grey-alpha.png"] = png(np.dstack([GREY, ALPHA]), 8, 4)
    files["grey-alpha16.png"] = png(np.dstack([DEEP[:, :, 2], alpha16]), 16, 4)
    files["gamma.png"] = png(RGB, 8, 2, chunk(b"gAMA", struct.pack(">I", 100000)) + chunk(b"sBIT", b"\5\6\5"))
    files["profile-broken.png"] = png(RGB, 8, 2, chunk(b"iCCP", b"x\0\0" + zlib.compress(b"no profile")))
    files["text-after.png"] = png(RGB, 8, 2, after=chunk(b"tEXt", b"a\0b"))
    files["garbage-after.png"] = png(RGB, 8, 2) + b"garbage" * 5
    add("animated.png", COLOUR, "PNG", save_all=True, append_images=[OTHER])
    for turn in range(1, 9):
        add(f"exif{turn}.png", COLOUR, "PNG", exif=exif(turn))
    files["exif-after.png"] = png(RGB, 8, 2, after=chunk(b"eXIf", exif(6).tobytes()[6:]))
    files["exif-senseless.png"] = png(RGB, 8, 2, chunk(b"eXIf", exif(9).tobytes()[6:]))


# ---- JPEG -------------------------------------------------------------------------------------------

def cjpeg(name, *options):
    ppm = b"P6 %d %d 255\n" % (WIDTH, HEIGHT) + RGB.tobytes()
    files[name] = subprocess.run(["cjpeg", *options, "-quality", "90"], input=ppm, capture_output=True, check=True).stdout


def segment(jpeg, marker):
    at = 2
    while jpeg[at + 1] != marker:
        at += 2 + struct.unpack(">H", jpeg[at + 2:at + 4])[0]
    return at, at + 2 + struct.unpack(">H", jpeg[at + 2:at + 4])[0]


def jpegs():
    add("rgb.jpg", COLOUR, "JPEG", quality=95)
    add("rgb-444.jpg", COLOUR, "JPEG", quality=95, subsampling=0)
    add("grey.jpg", LUMINANCE, "JPEG", quality=95)
    add("progressive.jpg", COLOUR, "JPEG", quality=95, progressive=True)
    add("grey-progressive.jpg", LUMINANCE, "JPEG", quality=95, progressive=True)
    add("restart.jpg", COLOUR, "JPEG", quality=95, restart_marker_blocks=1)
    add("adobe-rgb.jpg", COLOUR, "JPEG", quality=95, keep_rgb=True, subsampling=0)
    add("profile-broken.jpg", COLOUR, "JPEG", quality=95, icc_profile=b"no profile at all" * 9)
    add("multi-picture.jpg", COLOUR, "MPO", save_all=True, append_images=[OTHER])
    cjpeg("arithmetic.jpg", "-arithmetic")
    cjpeg("arithmetic-progressive.jpg", "-arithmetic", "-progressive")
    cjpeg("optimised.jpg", "-optimize")
    for sampling in ("2x1", "1x2", "4x1"):
        cjpeg(f"sampled-{sampling}.jpg", "-sample", sampling)
    rgb = files["rgb.jpg"]
    files["garbage-after.jpg"] = rgb + b"\0" * 40
    start, end = segment(rgb, 0xDB)
    files["fill-bytes.jpg"] = rgb[:start] + b"\xff\xff" + rgb[start:]
    files["garbage-between.jpg"] = rgb[:end] + b"\1\2\3" + rgb[end:]
    files["jpeg.png"] = rgb
    files["png.jpg"] = png(RGB, 8, 2)
    for turn in range(1, 9):
        add(f"exif{turn}.jpg", COLOUR, "JPEG", quality=95, exif=exif(turn))
    add("exif6-grey.jpg", LUMINANCE, "JPEG", quality=95, exif=exif(6))
    big = b"Exif\0\0MM\0*\0\0\0\x08\0\1\x01\x12\0\3\0\0\0\1\0\x08\0\0\0\0\0\0"
    files["exif8-big-endian.jpg"] = rgb[:2] + b"\xff\xe1" + struct.pack(">H", 2 + len(big)) + big + rgb[2:]
    add("cmyk.jpg", COLOUR.convert("CMYK"), "JPEG", quality=95, subsampling=0)
    cmyk = files["cmyk.jpg"]
    start, end = segment(cmyk, 0xEE)
    files["cmyk-no-adobe.jpg"] = cmyk[:start] + cmyk[end:]
    r, g, b = (RGB[:, :, i].astype(float) for i in range(3))
    luminance = .299 * r + .587 * g + .114 * b
    ycc = np.stack([luminance, 128 + (b - luminance) / 1.772, 128 + (r - luminance) / 1.402], -1)
    ycc = 255 - ycc.round().clip(0, 255).astype(np.uint8)  # Pillow stores the inverse
    add("ycck.jpg", Image.fromarray(np.dstack([ycc, GREY // 4]), "CMYK"), "JPEG", quality=95, subsampling=0)
    at = files["ycck.jpg"].index(b"Adobe") + 11
    files["ycck.jpg"] = files["ycck.jpg"][:at] + b"\2" + files["ycck.jpg"][at + 1:]


# ---- what becomes PNG -------------------------------------------------------------------------------

def webps():
    add("lossy.webp", COLOUR, "WEBP", quality=80)
    add("lossless.webp", COLOUR, "WEBP", lossless=True)
    add("alpha.webp", RGBA, "WEBP", lossless=True, exact=True)
    add("alpha-lossy.webp", RGBA, "WEBP", quality=80, exact=True)
    add("grey.webp", LUMINANCE, "WEBP", lossless=True)
    add("animated.webp", COLOUR, "WEBP", save_all=True, append_images=[OTHER], lossless=True)
    for turn in range(1, 9):
        add(f"exif{turn}.webp", COLOUR, "WEBP", lossless=True, exif=exif(turn).tobytes())


def gifs():
    add("palette.gif", PALETTE, "GIF", interlace=0)
    add("interlaced.gif", PALETTE, "GIF", interlace=1)
    add("grey.gif", LUMINANCE, "GIF")
    add("two-colours.gif", COLOUR.quantize(2), "GIF")
    add("transparent.gif", PALETTE, "GIF", transparency=int(np.asarray(PALETTE)[4, 4]))
    add("animated.gif", PALETTE, "GIF", save_all=True, append_images=[OTHER.quantize(16)])
    offset = bytearray(files["palette.gif"])
    struct.pack_into("<HH", offset, 6, WIDTH + 6, HEIGHT + 4)
    files["smaller-than-its-screen.gif"] = bytes(offset)
    files["gif.jpg"] = files["palette.gif"]


def bmp(header, body, palette=b"", masks=b""):
    start = 14 + len(header) + len(masks) + len(palette)
    return b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start) + header + masks + palette + body


def bmp_header(bits, compression=0, colours=0, size=0, height=HEIGHT):
    return struct.pack("<IiiHHIIiiII", 40, WIDTH, height, 1, bits, compression, size, 2835, 2835, colours, 0)


def padded(array):
    return b"".join(row.tobytes() + b"\0" * (-row.nbytes % 4) for row in array)


def bmps():
    for name, image in (("rgb", COLOUR), ("grey", LUMINANCE), ("palette", PALETTE), ("one-bit", LUMINANCE.convert("1")), ("rgba", RGBA)):
        add(f"{name}.bmp", image, "BMP")
    bgr = RGB[:, :, ::-1]
    files["top-down.bmp"] = bmp(bmp_header(24, height=-HEIGHT), padded(bgr))
    files["os2.bmp"] = bmp(struct.pack("<IHHHH", 12, WIDTH, HEIGHT, 1, 24), padded(bgr[::-1]))
    r, g, b = (RGB[::-1, :, i].astype(int) for i in range(3))
    files["555.bmp"] = bmp(bmp_header(16), padded((r >> 3 << 10 | g >> 3 << 5 | b >> 3).astype("<u2")))
    files["565.bmp"] = bmp(
        bmp_header(16, 3), padded((r >> 3 << 11 | g >> 2 << 5 | b >> 3).astype("<u2")), masks=struct.pack("<III", 0xF800, 0x7E0, 0x1F))
    index = np.asarray(PALETTE)[::-1]
    colours = np.zeros((16, 3), int)
    own = np.asarray(PALETTE.getpalette()).reshape(-1, 3)[:16]
    colours[:len(own)] = own
    palette = b"".join(bytes([int(c[2]), int(c[1]), int(c[0]), 0]) for c in colours)
    body = b"".join(b"".join(bytes([1, int(v)]) for v in row) + b"\0\0" for row in index) + b"\0\1"
    files["run-length.bmp"] = bmp(bmp_header(8, 1, 16, len(body)), body, palette)
    files["bmp.png"] = files["rgb.bmp"]


def tiff(values, photometric, order="<", extra=None, planar=False):
    channels = 1 if values.ndim == 2 else values.shape[2]
    bits = 8 * values.dtype.itemsize
    data = (np.moveaxis(values, 2, 0) if planar else values).astype(values.dtype.newbyteorder(order)).tobytes()
    tags = [(256, 3, [WIDTH]), (257, 3, [HEIGHT]), (258, 3, [bits] * channels), (259, 3, [1]), (262, 3, [photometric]),
            (273, 4, None), (277, 3, [channels]), (278, 3, [HEIGHT])]
    strips = channels if planar else 1
    tags.append((279, 4, [len(data) // strips] * strips))
    if planar:
        tags.append((284, 3, [2]))
    if extra is not None:
        tags.append((338, 3, [extra]))
    apart = 8 + 2 + 12 * len(tags) + 4
    sizes = [(2 if kind == 3 else 4) * (strips if v is None else len(v)) for _, kind, v in tags]
    start = apart + sum(s for s in sizes if s > 4)
    entries, beside = b"", b""
    for (tag, kind, numbers), size in zip(tags, sizes):
        if numbers is None:
            numbers = [start + i * len(data) // strips for i in range(strips)]
        packed = b"".join(struct.pack(order + ("H" if kind == 3 else "I"), v) for v in numbers)
        entries += struct.pack(order + "HHI", tag, kind, len(numbers))
        if size <= 4:
            entries += packed.ljust(4, b"\0")
        else:
            entries += struct.pack(order + "I", apart + len(beside))
            beside += packed
    head = b"II*\0" if order == "<" else b"MM\0*"
    return head + struct.pack(order + "IH", 8, len(tags)) + entries + struct.pack(order + "I", 0) + beside + data


def tiffs():
    for name, image in (("rgb", COLOUR), ("grey", LUMINANCE), ("palette", PALETTE), ("one-bit", LUMINANCE.convert("1")),
                        ("rgba", RGBA), ("cmyk", COLOUR.convert("CMYK")), ("grey-alpha", RGBA.convert("LA"))):
        for kind in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"):
            if name in ("rgb", "grey") or kind in ("raw", "tiff_lzw"):
                add(f"{name}-{kind.replace('tiff_', '')}.tif", image, "TIFF", compression=None if kind == "raw" else kind)
    add("rgb-jpeg.tif", COLOUR, "TIFF", compression="jpeg")
    add("fax.tif", LUMINANCE.convert("1"), "TIFF", compression="group4")
    add("pages.tif", COLOUR.copy(), "TIFF", save_all=True, append_images=[Image.fromarray(255 - RGB)])
    files["rgb16.tif"] = tiff(DEEP, 2)
    files["rgb16-big-endian.tif"] = tiff(DEEP, 2, ">")
    files["grey16.tif"] = tiff(DEEP[:, :, 2], 1)
    files["rgba16.tif"] = tiff(np.dstack([DEEP, ALPHA.astype(np.uint16) * 257]), 2, extra=2)
    files["rgba-big-endian.tif"] = tiff(np.dstack([RGB, ALPHA]), 2, ">", extra=2)
    files["white-is-zero.tif"] = tiff(255 - GREY, 0)
    files["planes.tif"] = tiff(RGB, 2, planar=True)
    for turn in range(1, 9):
        add(f"exif{turn}.tif", COLOUR, "TIFF", tiffinfo={274: turn})
    files["tiff.jpg"] = files["rgb-raw.tif"]


# ---- damaged ----------------------------------------------------------------------------------------

def damaged():
    jpeg, whole = files["rgb-444.jpg"], files["rgb.png"]
    start = segment(jpeg, 0xDA)[1]
    middle = (start + len(jpeg)) // 2
    data = whole.index(b"IDAT") + 6
    progressive = files["progressive.jpg"]
    flipped = bytearray(jpeg)
    flipped[middle] ^= 0x15
    yield "half.jpg", jpeg[:middle]
    yield "half-and-end.jpg", jpeg[:middle] + b"\xff\xd9"
    yield "no-end.jpg", jpeg[:-2]
    yield "header.jpg", jpeg[:start]
    yield "start.jpg", jpeg[:3]
    yield "flipped.jpg", bytes(flipped)
    yield "zeros-after.jpg", jpeg[:middle] + b"\0" * (len(jpeg) - middle)
    yield "half-progressive.jpg", progressive[:len(progressive) * 2 // 3]
    yield "half.png", whole[:len(whole) // 2]
    yield "flipped.png", whole[:data] + bytes([whole[data] ^ 1]) + whole[data + 1:]
    yield "flipped-checksum.png", whole[:-20] + bytes([whole[-20] ^ 1]) + whole[-19:]
    yield "half.gif", files["palette.gif"][:-40]
    for kind in ("lossy.webp", "lossless.webp", "rgb.bmp", "rgb-lzw.tif", "rgb-raw.tif"):
        yield "half-" + kind, files[kind][:len(files[kind]) // 2]


def seen(image):
    if image.mode.startswith("I"):  # Pillow clips 16 bits
        return np.repeat((np.asarray(image).astype(int) >> 8)[..., None], 3, -1)
    return np.asarray(image.convert("RGB"))


def text(pixels):
    return base64.b64encode(np.ascontiguousarray(pixels, np.uint8).tobytes()).decode()


def case(name, data):
    entry = {"name": name, "file": base64.b64encode(data).decode()}
    try:
        image = Image.open(io.BytesIO(data))
        image.load()
        entry["mode"] = image.mode
        turned = seen(ImageOps.exif_transpose(Image.open(io.BytesIO(data))))
        # Pillow always turns a TIFF.
        stored = RGB if name.startswith("exif") and name.endswith(".tif") else seen(image)
        entry["stored"] = {"height": stored.shape[0], "width": stored.shape[1], "rgb": text(stored)}
        if not np.array_equal(stored, turned):
            entry["turned"] = {"height": turned.shape[0], "width": turned.shape[1], "rgb": text(turned)}
    except Exception:
        entry["refused"] = True
    return entry


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for draw in (pngs, jpegs, webps, gifs, bmps, tiffs):
        draw()
    result = {
        "pillow": Image.__version__,
        "libjpeg_turbo": features.version("libjpeg_turbo"),
        "intact": [case(name, data) for name, data in files.items()],
        "damaged": [case(name, data) for name, data in damaged()],
    }
    lines = json.dumps(result).replace('{"name"', '\n{"name"')
    with open(sys.argv[1], "w", encoding="ascii") as out:
        out.write(lines + "\n")
