import './leave-with-parent.ts';
import { systemClock } from '#core/clock.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { fact, order } from '#test/store/samples.ts';

/** Writes orders with their audit entries until it is killed; prints the number of each order that is on disk. */
const path = process.argv[2] ?? '';
const store = await openSqliteStore({ path, clock: systemClock });

const writeOne = async (name: string): Promise<void> => {
  const id = await store.transaction(async (inside) => {
    const added = await inside.orders.add(order(name));
    await inside.audit.append(fact('order.accepted', { orderId: added.id }));
    await inside.audit.append(fact('order.finished', { orderId: added.id }));
    return added.id;
  });
  process.stdout.write(`${id}\n`);
};

for (let turn = 0; ; turn += 1) {
  await Promise.all([0, 1, 2, 3].map((lane) => writeOne(`${process.pid}.${turn}.${lane}`)));
}
