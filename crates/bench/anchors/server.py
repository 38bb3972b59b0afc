"""What people build such a backend with today: FastAPI on uvicorn, SQLite behind it. Nobody signs in and nothing is checked.

`FOVEA_BENCH_FOLDER` holds `tile.png`, the tile that is handed out; the tables are made here.
"""
import hashlib
import os
import random
import sqlite3
import threading

from fastapi import FastAPI, Request, Response

folder = os.environ["FOVEA_BENCH_FOLDER"]
queue_file, label_file = os.path.join(folder, "anchor-queue.db"), os.path.join(folder, "anchor-labels.db")
with open(os.path.join(folder, "tile.png"), "rb") as file:
    tile = file.read()
app = FastAPI()
connections = threading.local()


def fill(count):
    """As many tiles as ours has, one in four of them open, with the index that the question needs."""
    db = sqlite3.connect(queue_file)
    db.execute("pragma synchronous=off")
    db.execute("create table tile(id integer primary key, status integer, uncertainty real, png_sha text)")
    numbers = random.Random(0)
    rows = ((n, n % 4, numbers.random(), f"{n:064x}") for n in range(count))
    db.executemany("insert into tile values(?,?,?,?)", rows)
    db.execute("create index open_tiles on tile(uncertainty desc) where status=0")
    db.commit()
    db.close()


def opened():
    if not hasattr(connections, "queue"):
        connections.queue = sqlite3.connect(queue_file)
        labels = sqlite3.connect(label_file, timeout=30, isolation_level=None)
        labels.execute("pragma journal_mode=wal")
        labels.execute("pragma synchronous=full")
        labels.execute("create table if not exists label(sha blob primary key, mask blob)")
        connections.labels = labels
    return connections


@app.get("/queue")
def queue():
    sql = "select id,uncertainty,png_sha from tile where status=0 and uncertainty>=0.3 order by uncertainty desc limit 50"
    return [{"id": a, "uncertainty": u, "sha": s} for a, u, s in opened().queue.execute(sql)]


@app.get("/blob")
async def blob():
    return Response(tile, media_type="image/png")


@app.post("/label")
async def label(request: Request):
    body = await request.body()
    opened().labels.execute("insert or ignore into label values(?,?)", (hashlib.sha256(body).digest(), body))
    return "ok"


if __name__ == "__main__":
    fill(int(os.environ["FOVEA_BENCH_TILES"]))
