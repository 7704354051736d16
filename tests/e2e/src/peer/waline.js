// Waline as its own vanilla.js starts it, on this machine alone and with a database of its own. The
// package has no schema: these are the columns that it reads and writes
// (https://waline.js.org/en/guide/database.html).
const [, , port, folder, home] = process.argv;
const installed = `${folder}/node_modules/`;
const text = (names) => names.split(" ").map((name) => `"${name}" TEXT`);
const number = (names) => names.split(" ").map((name) => `"${name}" INTEGER`);
// Waline leaves it to the database to say when something was written.
const times = (names) => names.split(" ").map((name) => `"${name}" TIMESTAMP DEFAULT CURRENT_TIMESTAMP`);
const id = '"id" INTEGER PRIMARY KEY AUTOINCREMENT';
const TABLES = {
  wl_Comment: [
    id,
    ...text("comment ip link mail nick status ua url"),
    ...times("insertedAt createdAt updatedAt"),
    ...number("user_id pid rid sticky like"),
  ],
  wl_Counter: [
    id,
    ...text("url"),
    ...times("createdAt updatedAt"),
    ...number("time reaction0 reaction1 reaction2 reaction3 reaction4 reaction5 reaction6 reaction7 reaction8"),
  ],
  wl_Users: [
    id,
    ...text("display_name email password type label url avatar 2fa github twitter facebook google weibo qq"),
    ...times("createdAt updatedAt"),
  ],
};

const start = () => {
  const Application = require(installed + "thinkjs");
  const root = installed + "@waline/vercel";
  new Application({ ROOT_PATH: root, APP_PATH: root + "/src", proxy: true, env: "production" }).run();
  think.config("host", "127.0.0.1");
  think.config("port", +port);
  think.config("workers", 1);
};

if (require("node:cluster").isWorker) start();
else {
  const driver = require.resolve("sqlite3", { paths: [installed + "think-model-sqlite"] });
  const { Database } = require(driver);
  const database = new Database(home + "/waline.sqlite");
  const tables = Object.entries(TABLES).map(([name, columns]) => `CREATE TABLE "${name}" (${columns});`);
  database.exec(tables.join("\n"), (error) => {
    if (error) throw error;
    database.close(start);
  });
}
