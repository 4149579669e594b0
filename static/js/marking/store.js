/* What this device keeps: marks, notes and photos that wait (`outbox`), and the rest it needs without a network (`kept`).

   IndexedDB, written through to the disk before anything is said to be kept; where the browser has none or forbids it,
   localStorage, which keeps marks and notes but no photos. */

const NAME = "jiangbang-marking";

const PREFIX = "marking:";
const GONE = ["InvalidStateError", "UnknownError"];

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
        request.result.onclose = () => (opening = undefined);
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

/* *work* with the database (null where there is none), and once more over a new connection where the old one is gone: Safari takes it
   from a page in the background, and says so only when it is used. */
async function over(work) {
  try {
    return await work(await open());
  } catch (error) {
    if (!GONE.includes(error?.name)) throw error;
    opening = undefined;
    return work(await open());
  }
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

/* What stands in localStorage from a time without a database; nothing where even that is forbidden. */
function plainRows(name) {
  try {
    return plain.keys(name).map(plain.read);
  } catch {
    return [];
  }
}

export const store = {
  /* Whether photos can be kept here. */
  async takesFiles() {
    return Boolean(await open());
  },

  async all(name) {
    return over(async (database) => {
      if (!database) return plain.keys(name).map(plain.read);
      return [...(await answered(begin(database, [name], "readonly").objectStore(name).getAll())), ...plainRows(name)];
    });
  },

  async get(name, id) {
    return over(async (database) => {
      if (database) return answered(begin(database, [name], "readonly").objectStore(name).get(id));
      return plain.read(`${PREFIX}${name}:${id}`) ?? undefined;
    });
  },

  /* Put and remove rows of one store together: all of it is kept, or none. */
  async change(name, { put = [], remove = [] }) {
    await over(async (database) => {
      if (!database) {
        put.forEach((row) => plain.write(name, row));
        remove.forEach((id) => plain.drop(name, id));
        return;
      }
      const transaction = begin(database, [name], "readwrite");
      const rows = transaction.objectStore(name);
      put.forEach((row) => rows.put(row));
      remove.forEach((id) => rows.delete(id));
      await done(transaction);
      const settled = [...remove, ...put.map((row) => row.id)];
      for (const { id } of plainRows(name)) if (settled.includes(id)) plain.drop(name, id);
    });
  },
};

export const keep = (id, value) => store.change("kept", { put: [{ id, value }] });
export const kept = async (id) => (await store.get("kept", id))?.value;
export const forget = (...ids) => store.change("kept", { remove: ids });
