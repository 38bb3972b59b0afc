"""What people use today for the same work: eyepy, NumPy, OpenCV and pydicom, one job per line of standard input.

Each job reads its input from the folder given as argument and answers with its CPU-seconds, threads included.
"""
import hashlib
import logging
import os
import sys
import time

import cv2
import eyepy
import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import JPEG2000Lossless, generate_uid

# What eyepy says about a phantom is of no use among the figures.
logging.disable(logging.CRITICAL)
folder = sys.argv[1]
vol = os.path.join(folder, "scan.vol")
j2k = os.path.join(folder, "scan-j2k.dcm")


def write_j2k():
    """The frames that Fovea left in the folder, as a losslessly compressed tomogram."""
    frames = np.fromfile(os.path.join(folder, "scan.raw"), np.uint8).reshape(-1, 496, 512)
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.77.1.5.4"
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    data = Dataset()
    data.file_meta = meta
    data.SOPClassUID, data.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    data.Modality, data.PatientName, data.PatientID = "OPT", "Phantom", "0"
    data.NumberOfFrames, data.Rows, data.Columns = frames.shape
    data.BitsAllocated = data.BitsStored = 8
    data.HighBit, data.PixelRepresentation, data.SamplesPerPixel = 7, 0, 1
    data.PhotometricInterpretation = "MONOCHROME2"
    data.PixelData = frames.tobytes()
    data.compress(JPEG2000Lossless, arr=frames)
    data.save_as(j2k, enforce_file_format=True)


def vol_eyepy():
    return eyepy.import_heyex_vol(vol).data


def vol_numpy():
    """The floor in NumPy: nothing checked, no lines read."""
    data = np.memmap(vol, np.uint8, "r")
    number = lambda offset: int.from_bytes(data[offset:offset + 4].tobytes(), "little")
    width, count, height = number(12), number(16), number(20)
    slo, header = number(48) * number(52), number(100)
    stride = header + width * height * 4
    out = np.empty((count, height, width), np.uint8)
    for index in range(count):
        start = 2048 + slo + index * stride + header
        values = np.frombuffer(data[start:start + width * height * 4], np.float32)
        out[index] = np.clip(np.sqrt(np.sqrt(values)) * 255, 0, 255).reshape(height, width)
    return out


def ingest():
    """Parse, one PNG per B-scan at level 1, SHA-256, durable files: what a Python intake does."""
    for index, bscan in enumerate(eyepy.import_heyex_vol(vol).data):
        pixels = bscan if bscan.dtype == np.uint8 else np.clip(bscan, 0, 255).astype(np.uint8)
        png = cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()
        name = hashlib.sha256(png).hexdigest()
        with open(os.path.join(folder, f"anchor-{index}-{name[:8]}"), "wb") as file:
            file.write(png)
            file.flush()
            os.fsync(file.fileno())


def j2k_pydicom():
    return pydicom.dcmread(j2k).pixel_array


jobs = {job.__name__: job for job in (vol_eyepy, vol_numpy, ingest, j2k_pydicom)}
cv2.setNumThreads(1)
write_j2k()
print("ready", flush=True)
for line in sys.stdin:
    start = time.process_time()
    jobs[line.strip()]()
    print(time.process_time() - start, flush=True)
