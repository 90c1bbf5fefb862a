// A daemon that wants client certificates: node tls-server.mjs CERTIFICATE KEY AUTHORITY HANGS_UP. Of the connections that
// bring something, the first HANGS_UP are left without an answer, as by a daemon that opens its port anew. Prints its port.
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { createServer as createTlsServer } from "node:tls";

const [certificate, key, authority, hangsUp] = process.argv.slice(2);
const options = {
  cert: readFileSync(certificate),
  key: readFileSync(key),
  ca: readFileSync(authority),
  requestCert: true,
};
const tls = createTlsServer(options, (socket) => socket.end());
tls.on("tlsClientError", () => undefined);

let left = Number(hangsUp);
const server = createServer((socket) => {
  socket.on("error", () => undefined);
  socket.once("readable", () => {
    if (socket.readableLength === 0) {
      socket.destroy();
    } else if (left > 0) {
      left--;
      socket.destroy();
    } else {
      tls.emit("connection", socket);
    }
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
