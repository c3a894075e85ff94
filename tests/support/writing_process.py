"""A process that writes numbered units until it is killed: `writing_process.py FILE FIRST`.

Each unit writes two records and every number is printed once its unit was acknowledged.
"""

import asyncio
import sys
from itertools import count
from pathlib import Path

from adapters.sqlite.database import SqliteDatabase
from application.ports.transactions import Stores
from domain.shared.ids import OrderId, UserId
from support.build import an_account, an_id, an_order

IN_FLIGHT = 8


def unit(number: int, stores: Stores) -> None:
    order = an_order(id=OrderId(an_id(number)))
    stores.orders.add(order)
    stores.idempotency_keys.add(UserId("user"), str(number), order.id, "fingerprint")


async def main(path: Path, first: int) -> None:
    database = SqliteDatabase(path, an_account())
    await database.open()
    numbers = count(first)

    async def write() -> None:
        for number in numbers:
            await database.write(lambda stores, number=number: unit(number, stores), durable=number % 3 > 0)
            print(number, flush=True)

    await asyncio.gather(*(write() for _ in range(IN_FLIGHT)))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
