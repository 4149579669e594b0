/* What this device keeps: marks, notes and photos that wait (`outbox`), and the rest it needs without a network (`kept`).

   IndexedDB, written through to the disk before anything is said to be kept; where the browser has none or forbids it,
   localStorage, which keeps marks and notes but no photos. */

const NAME = "jiangbang-marking";

const PREFIX = "marking:";

let opening;

function open() {
  opening ??= new Promise((resolve) => {
    try {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("outbox", { keyPath: "id" });
        request.result.createObjectStore("kept", { keyPath: "id" });
      };
      request.onsuccess = () => {
        request.result.onversionchange = () => request.result.close();
        resolve(request.result);
      };
      request.onerror = () => resolve(null);
      request.onblocked = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
  return opening;
}

const done = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });

const answered = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const begin = (database, stores, mode) => database.transaction(stores, mode, { durability: "strict" });

const plain = {
  keys: (name) => Object.keys(localStorage).filter((key) => key.startsWith(`${PREFIX}${name}:`)),
  read: (key) => JSON.parse(localStorage.getItem(key)),
  write: (name, row) => localStorage.setItem(`${PREFIX}${name}:${row.id}`, JSON.stringify(row)),
  drop: (name, id) => localStorage.removeItem(`${PREFIX}${name}:${id}`),
};

export const store = {
  /* Whether photos can be kept here. */
  async takesFiles() {
    return Boolean(await open());
  },

  async all(name) {
    const database = await open();
    if (database) return answered(begin(database, [name], "readonly").objectStore(name).getAll());
    return plain.keys(name).map(plain.read);
  },

  async get(name, id) {
    const database = await open();
    if (database) return answered(begin(database, [name], "readonly").objectStore(name).get(id));
    return plain.read(`${PREFIX}${name}:${id}`) ?? undefined;
  },

  /* Put and remove rows of one store together: all of it is kept, or none. */
  async change(name, { put = [], remove = [] }) {
    const database = await open();
    if (database) {
      const transaction = begin(database, [name], "readwrite");
      const rows = transaction.objectStore(name);
      put.forEach((row) => rows.put(row));
      remove.forEach((id) => rows.delete(id));
      return done(transaction);
    }
    put.forEach((row) => plain.write(name, row));
    remove.forEach((id) => plain.drop(name, id));
  },
};

export const keep = (id, value) => store.change("kept", { put: [{ id, value }] });
export const kept = async (id) => (await store.get("kept", id))?.value;
export const forget = (...ids) => store.change("kept", { remove: ids });
