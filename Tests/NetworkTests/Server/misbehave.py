"""A server that misbehaves in every way a client must survive. One behaviour for each path.

Prints its port, then serves until its input ends. With a certificate and a key it speaks TLS.
"""
import socket
import ssl
import sys
import threading
import zlib

seen = {}
lock = threading.Lock()


def head(status, *lines):
    return ("HTTP/1.1 " + status + "\r\n" + "".join(x + "\r\n" for x in lines) + "\r\n").encode()


def whole(status, body, *lines):
    return head(status, "Content-Length: %d" % len(body), "Connection: close", *lines) + body


def bomb():
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = packer.compress(bytes(1 << 20))
    return piece + b"".join(packer.compress(bytes(1 << 20)) for _ in range(63)) + packer.flush()


def drip(link, data, stop):
    for byte in data:
        link.sendall(bytes([byte]))
        if stop.wait(0.02):
            return


def answer(link, path, request, count):
    stop = threading.Event()
    name = path.split("?")[0]
    if name == "/fine":
        link.sendall(whole("200 OK", b"fine", "X-Kind: a"))
    elif name == "/echo":
        link.sendall(whole("200 OK", request))
    elif name == "/slow-headers":
        link.sendall(b"HTTP/1.1 200 OK\r\n")
        drip(link, b"X-A: 1\r\n" * 4096, stop)
    elif name == "/drip":
        link.sendall(head("200 OK", "Content-Length: 100000"))
        drip(link, b"x" * 100000, stop)
    elif name == "/silence":
        stop.wait(30)
    elif name == "/large":
        link.sendall(head("200 OK", "Connection: close"))
        for _ in range(256):
            link.sendall(b"x" * 65536)
    elif name == "/large-headers":
        link.sendall(head("200 OK", *["X-A%d: %s" % (i, "x" * 1000) for i in range(200)]))
    elif name == "/short":
        link.sendall(head("200 OK", "Content-Length: 1000", "Connection: close") + b"only this")
    elif name == "/cut":
        link.sendall(head("200 OK", "Transfer-Encoding: chunked") + b"ff\r\nhalf a chunk")
    elif name == "/nothing":
        pass
    elif name == "/limited":
        status = "429 Too Many" if count < 3 else "200 OK"
        link.sendall(whole(status, b"attempt %d" % count, "Retry-After: 2"))
    elif name == "/limited-long":
        link.sendall(whole("429 Too Many", b"", "Retry-After: 4000"))
    elif name == "/broken":
        link.sendall(whole("503 Down", b"attempt %d" % count))
    elif name == "/wrong":
        link.sendall(whole("400 Bad", b"attempt %d" % count))
    elif name == "/elsewhere":
        link.sendall(whole("302 Found", b"", "Location: http://example.com/"))
    elif name == "/garbage":
        link.sendall(b"\x00\xff\x13 this is no HTTP\r\n\r\n")
    elif name == "/odd-length":
        link.sendall(head("200 OK", "Content-Length: -5", "Connection: close") + b"x")
    elif name == "/bomb":
        body = bomb()
        link.sendall(whole("200 OK", body, "Content-Encoding: gzip"))
    elif name == "/packed":
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        body = packer.compress(b"unpacked") + packer.flush()
        link.sendall(whole("200 OK", body, "Content-Encoding: gzip"))
    elif name == "/packed-wrongly":
        link.sendall(whole("200 OK", b"no gzip", "Content-Encoding: gzip"))
    elif name == "/count":
        link.sendall(whole("200 OK", b"%d" % count))
    else:
        link.sendall(whole("404 Not Found", b""))


def serve(link, context):
    try:
        link.settimeout(30)
        if context:
            link = context.wrap_socket(link, server_side=True)
        request = b""
        while b"\r\n\r\n" not in request:
            piece = link.recv(65536)
            if not piece:
                return
            request += piece
            if request[0] == 0x16:  # the start of TLS, which this server does not speak
                link.sendall(whole("400 Bad", b""))
                return
        headers, _, body = request.partition(b"\r\n\r\n")
        size = 0
        for line in headers.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                size = int(line.split(b":")[1])
        while len(body) < size:
            body += link.recv(65536)
        path = headers.split(b" ")[1].decode()
        with lock:
            seen[path] = seen.get(path, 0) + 1
            count = seen[path]
        answer(link, path, headers + b"\r\n\r\n" + body, count)
    except OSError:
        pass
    finally:
        link.close()


def main():
    context = None
    if len(sys.argv) == 3:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
    server = socket.create_server(("127.0.0.1", 0), backlog=64)
    print(server.getsockname()[1], flush=True)

    def accept():
        while True:
            link, _ = server.accept()
            threading.Thread(target=serve, args=(link, context), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()


main()
