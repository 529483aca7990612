// The floor: a WebSocket server that hands each message on to its receiver and confirms it to its sender, and does nothing
// else. It stores nothing, knows nobody and checks nothing. `/?N` in the handshake is a connection's number; a message
// begins with its receiver's, u32; what confirms it is as long as a relay's SENT, and comes as soon as it was handed on.
import { WebSocketServer } from 'ws';

const CONFIRMATION_BYTES = 8;

const sockets = new Map();
const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  backlog: 4096,
  perMessageDeflate: false,
  maxPayload: 131072,
  clientTracking: false,
  skipUTF8Validation: true,
});
server.on('connection', (socket, request) => {
  const number = Number(request.url.slice(2));
  sockets.set(number, socket);
  socket.on('message', (message) => {
    sockets.get(message.readUInt32BE(0))?.send(message);
    socket.send(message.subarray(0, CONFIRMATION_BYTES));
  });
  socket.on('close', () => sockets.delete(number));
  socket.on('error', () => {});
});
server.on('listening', () => console.log(JSON.stringify({ port: server.address().port })));
