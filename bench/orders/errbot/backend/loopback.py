"""A chat for Errbot: a message is the body of a POST, what a plugin says is the reply to it."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread

from errbot.backends.base import ONLINE, Message, Person
from errbot.core import ErrBot

REPLY_WITHIN_SECONDS = 30


class LoopbackPerson(Person):
    def __init__(self, name):
        self._name = name

    @property
    def person(self):
        return self._name

    client = nick = fullname = email = aclattr = person

    def __str__(self):
        return self._name

    def __eq__(self, other):
        return isinstance(other, LoopbackPerson) and other.person == self._name

    def __hash__(self):
        return hash(self._name)


class Post(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        waiting = Queue(1)
        self.server.incoming.put((text, waiting))
        body = waiting.get(timeout=REPLY_WITHIN_SECONDS).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Loopback(ErrBot):
    def __init__(self, config):
        super().__init__(config)
        self.bot_identifier = self.build_identifier("errbot")
        self.incoming = Queue()

    def serve_forever(self):
        self.connect_callback()
        server = ThreadingHTTPServer(("127.0.0.1", 0), Post)
        server.daemon_threads = True
        server.incoming = self.incoming
        Thread(target=server.serve_forever, daemon=True).start()
        print(f"listening on {server.server_port}", flush=True)
        try:
            while True:
                self._take(*self.incoming.get())
        finally:
            self.disconnect_callback()
            self.shutdown()

    def _take(self, text, waiting):
        message = Message(text, frm=self.build_identifier("ada"), to=self.bot_identifier)
        message.extras["waiting"] = waiting
        self.callback_message(message)

    def send_message(self, msg):
        super().send_message(msg)
        waiting = msg.extras.get("waiting")
        if waiting is not None:
            waiting.put(msg.body)

    def build_reply(self, msg, text=None, private=False, threaded=False):
        reply = self.build_message(text)
        reply.frm, reply.to = self.bot_identifier, msg.frm
        reply.extras["waiting"] = msg.extras["waiting"]
        return reply

    def build_identifier(self, text_representation):
        return LoopbackPerson(text_representation)

    def change_presence(self, status: str = ONLINE, message: str = "") -> None:
        pass

    def prefix_groupchat_reply(self, message, identifier):
        pass

    def query_room(self, room):
        return None

    def rooms(self):
        return []

    @property
    def mode(self):
        return "loopback"
