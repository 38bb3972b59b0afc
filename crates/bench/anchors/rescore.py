"""New scores as one writes them first: an UPDATE for each tile, all in one transaction, in a table as the queue's anchor has it.

The folder is the argument. Each line on standard input asks for one round; its wall-clock seconds for each tile come out.
"""
import os
import random
import sqlite3
import sys
import time

TILES, OF_A_ROUND = 1_000_000, 20_000
db = sqlite3.connect(os.path.join(sys.argv[1], "anchor-rescore.db"), isolation_level=None)
db.execute("pragma journal_mode=wal")
db.execute("pragma synchronous=off")
db.execute("create table tile(id integer primary key, status integer, uncertainty real, png_sha text)")
numbers = random.Random(0)
db.execute("begin")
rows = ((n, 0, numbers.random(), f"{n:064x}") for n in range(TILES))
db.executemany("insert into tile values(?,?,?,?)", rows)
db.execute("create index open_tiles on tile(uncertainty desc) where status=0")
db.execute("commit")
db.execute("pragma synchronous=full")


def rescore():
    db.execute("begin immediate")
    for tile in numbers.sample(range(TILES), OF_A_ROUND):
        db.execute("update tile set uncertainty=? where id=?", (numbers.random(), tile))
    db.execute("commit")


print("ready", flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    rescore()
    print((time.perf_counter() - start) / OF_A_ROUND, flush=True)
