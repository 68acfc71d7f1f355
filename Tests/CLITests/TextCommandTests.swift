import Foundation
import RialtoCLI
import RialtoTestSupport
import RialtoValues
import Testing

private let rss = """
    <rss version="2.0"><channel><title>Wire</title>
    <item><title>Bitcoin rises</title><guid>1</guid>
      <pubDate>Tue, 02 Jan 2024 03:04:05 GMT</pubDate></item>
    <item><title>Ether falls</title><guid>2</guid><pubDate>soon</pubDate></item>
    </channel></rss>
    """

@Suite struct `The import of texts` {
    @Test func `keeps each item once, a minute after it was published`() throws {
        let desk = try Desk()
        try desk.file("news.xml", rss)
        let line = "data import-texts @news.xml --to news --topic BTC/USD=bitcoin --json"
        let first = desk.run(line)
        #expect(first.status == .done, "\(first.error)")
        #expect(first.objects.first?["added"] as? Int == 2)
        #expect(first.objects.first?["undated"] as? Int == 1)
        #expect(first.error.contains("1 without a time that can be read"))
        #expect(desk.run(line).objects.first?["added"] as? Int == 0)

        let rows = desk.run("data texts news --json").objects
        let bitcoin = try #require(rows.first { $0["title"] as? String == "Bitcoin rises" })
        #expect(bitcoin["time"] as? String == "2024-01-02T03:05:05Z")
        #expect(bitcoin["published"] as? String == "2024-01-02T03:04:05Z")
        #expect(bitcoin["instrument"] as? String == "BTC/USD")
        #expect(bitcoin["source"] as? String == "Wire" && rows.count == 2)
        #expect(desk.run("data texts news --instrument BTC/USD --json").objects.count == 1)
        #expect(desk.run("data texts news --last 1").out.contains("Ether falls"))

        let listed = desk.run("data list --json").objects
        #expect(listed.map { $0["kind"] as? String } == ["texts"])
        #expect(listed.first?["rows"] as? Int == 2)
        #expect(desk.run("data check").status == .done)
    }

    @Test func `is refused in words where it cannot be`() throws {
        let desk = try Desk()
        try desk.file("news.xml", rss)
        try desk.file("page.html", "<html><p>no feed</p></html>")
        for (line, words) in [
            ("data import-texts @news.xml", "needs --to"),
            ("data import-texts @page.html --to n", "<html>"),
            ("data import-texts @news.xml --to n --topic BTC", "--topic was \"BTC\""),
            ("data import-texts @gone.xml --to n", "gone.xml"),
            ("data texts n", "there is no series of texts n"),
        ] {
            let result = desk.run(line)
            #expect(result.status != .done && result.error.contains(words), "\(result.error)")
        }
        #expect(desk.run("data list --json").objects.isEmpty)
    }

    @Test func `tells of a file that was damaged`() throws {
        let desk = try Desk()
        try desk.file("news.xml", rss)
        #expect(desk.run("data import-texts @news.xml --to news").status == .done)
        let name = try #require(desk.stored.first { $0.hasSuffix(".rtext") })
        let file = desk.folder.appending(path: "data/history/" + name)
        var bytes = try Data(contentsOf: file)
        bytes[bytes.count - 3] ^= 1
        try bytes.write(to: file)
        for line in ["data check", "data texts news", "data import-texts @news.xml --to news"] {
            let result = desk.run(line)
            #expect(result.status == .failed && result.error.contains("checksum"), "\(line)")
        }
    }
}

/// A feed server on this machine that does as its path says; prints its port, ends with its input.
private let server = """
    import http.server, sys, threading, time
    state = {'count': 0}
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = 'HTTP/1.1'
        def log_message(self, *words): pass
        def give(self, status, body=b'', **headers):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace('_', '-'), value)
            self.send_header('Content-Length', str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        def do_GET(self):
            item = '<item><guid>%s</guid><title>%s</title><pubDate>Tue, 02 Jan 2024 03:04:05 GMT' \\
                '</pubDate></item>'
            feed = '<rss><channel><title>S</title>%s</channel></rss>'
            if self.path == '/feed':
                state['count'] += 1
                if self.headers.get('If-None-Match') == '"v%d"' % min(state['count'], 2):
                    return self.give(304)
                items = item % ('1', 'Bitcoin rises')
                if state['count'] > 1: items += item % ('2', 'Bitcoin falls')
                tag = '"v%d"' % min(state['count'], 2)
                return self.give(200, (feed % items).encode(), ETag=tag)
            if self.path == '/broken': return self.give(404, b'gone')
            if self.path == '/moved': return self.give(301, Location='https://example.com/feed')
            if self.path == '/page': return self.give(200, b'<html>a page</html>')
            if self.path == '/huge': return self.give(200, b'<rss>' + b'x' * 6000000)
            if self.path == '/cut':
                self.send_response(200)
                self.send_header('Content-Length', '1000')
                self.end_headers()
                self.wfile.write(b'<rss>')
                self.close_connection = True
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()
    """

private final class FeedServer {
    private let scripted: ScriptedServer
    var port: UInt16 { scripted.port }

    init() throws { scripted = try ScriptedServer(["-c", server]) }

    /// A list of feeds of these paths.
    func list(_ paths: [String]) -> String {
        "feeds:\n"
            + paths.map { path in
                """
                  - series: news
                    url: http://127.0.0.1:\(port)\(path)
                    topics: [{ instrument: BTC/USD, words: [bitcoin] }]

                """
            }.joined()
    }
}

@Suite(.serialized) struct `Fetching texts` {
    @Test func `adds what is new, known when it was received, and asks for no more`() throws {
        let desk = try Desk(), server = try FeedServer()
        try desk.file("feeds.yaml", server.list(["/feed"]))
        let before = Date().timeIntervalSince1970
        let result = desk.run(
            "data fetch-texts @feeds.yaml --allow-loopback --rounds 3 --every 1ms --json "
                + "--record @answers.rec")
        #expect(result.status == .done, "\(result.error)")
        #expect(
            result.objects.map { $0["status"] as? String } == ["read", "read", "unchanged"])
        #expect(result.objects.map { $0["added"] as? Int } == [1, 1, nil])
        let rows = desk.run("data texts news --json").objects
        #expect(rows.map { $0["title"] as? String } == ["Bitcoin rises", "Bitcoin falls"])
        #expect(rows.allSatisfy { $0["instrument"] as? String == "BTC/USD" })
        for row in rows {
            let known = UnixTime.parse((row["time"] as? String ?? "").utf8) ?? 0
            #expect(Double(known) / 1e9 >= before - 1, "it says it is of 2024")
            #expect(row["published"] as? String == "2024-01-02T03:04:05Z")
        }
        #expect(try desk.text("answers.rec").isEmpty == false)
    }

    @Test(arguments: ["/broken", "/moved", "/page", "/huge", "/cut"])
    func `tells what a feed did wrong, keeps nothing of it, and asks the others`(
        path: String
    ) throws {
        let desk = try Desk(), server = try FeedServer()
        try desk.file("feeds.yaml", server.list([path, "/feed"]))
        let result = desk.run("data fetch-texts @feeds.yaml --allow-loopback --json")
        #expect(result.status == .failed && result.error.contains(path), "\(result.error)")
        #expect(result.objects.map { $0["added"] as? Int } == [1])
        #expect(desk.run("data texts news --json").objects.count == 1)
    }

    @Test func `asks nobody of this machine without leave, and reads no list that is wrong`() throws
    {
        let desk = try Desk(), server = try FeedServer()
        try desk.file("feeds.yaml", server.list(["/feed"]))
        let refused = desk.run("data fetch-texts @feeds.yaml")
        #expect(refused.status == .failed && refused.error.contains("private network"))
        try desk.file("wrong.yaml", "feeds:\n  - sries: a\n    url: https://a.example\n")
        let wrong = desk.run("data fetch-texts @wrong.yaml")
        #expect(wrong.status != .done && wrong.error.contains("series"), "\(wrong.error)")
        try desk.file("odd.yaml", "feeds:\n  - series: a\n    url: ftp://a.example\n")
        let odd = desk.run("data fetch-texts @odd.yaml")
        #expect(odd.status != .done && odd.error.contains("https://"), "\(odd.error)")
    }
}
