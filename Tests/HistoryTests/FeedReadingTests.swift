import Foundation
import RialtoHistory
import RialtoValues
import Testing

private let rss = """
    <?xml version="1.0" encoding="utf-8"?>
    <!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y "why">]>
    <?xml-stylesheet href="a.css"?>
    <rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
         xmlns:content="http://purl.org/rss/1.0/modules/content/">
    <channel><title>The &amp; Wire</title><link>https://w.example</link>
    <image><title>Logo</title><url>l.png</url></image>
    <item><title>Bitcoin &lt;b&gt;soars&lt;/b&gt; &#8212; again &x; &y;</title>
      <link>https://w.example/1</link><guid isPermaLink="false">g1</guid>
      <dc:creator><![CDATA[A. Writer]]></dc:creator>
      <pubDate>Tue, 10 Jun 2003 04:00:00 GMT</pubDate>
      <description><![CDATA[<p>Up &amp; <a href="x>y">away</a></p>
        <script>evil()</script>now]]></description>
    </item>
    <item><link>https://w.example/2</link><description>No title, 5 < 6 &amp; 7</description>
      <pubDate>last week</pubDate></item>
    <item><title>Long</title><content:encoded>the whole</content:encoded>
      <description>short</description><pubDate>10 Jun 03 04:00 +0200</pubDate></item>
    </channel></rss>
    """
private let atom = """
    <feed xmlns="http://www.w3.org/2005/Atom"><title type="text">Posts</title>
    <entry><id>urn:1</id><title type="html">A &amp;amp; B</title>
      <link rel="self" href="https://p.example/self"/><link href="https://p.example/1"/>
      <author><name>Ann</name><email>a@p.example</email></author>
      <published>2024-01-02T03:04:05.5+01:00</published><updated>2024-01-02T05:00:00Z</updated>
      <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">One<br/>two</div></content>
    </entry></feed>
    """
private let jsonFeed = #"""
    {"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [
      {"id": "1", "title": "T \"q\" \u00e9\ud83d\ude80", "content_html": "<i>x</i><p>y</p>",
       "date_published": "2024-01-02T03:04:05Z", "authors": [{"name": "Al"}], "tags": ["a", {}]},
      {"id": 2, "content_text": "plain", "date_modified": "2024-01-03T00:00:00Z"}]}
    """#
private let posts = #"""
    {"id":"7","source":"x","author":"@a","text":"to the\nmoon","time":"2024-01-02T03:04:05Z",\#
    "received":"2024-01-02T03:04:06.25Z","instruments":["BTC/USD","ETH/USD"],"likes":5}

    {"text":"no id"}
    """#

private func read(_ text: String) throws(HistoryError) -> TextDocument {
    try TextDocument.read(Array(text.utf8), name: "test")
}

@Suite struct `A feed` {
    @Test func `of RSS is read as feeds really write it, with no entity from outside`() throws {
        let document = try read(rss), entries = document.entries
        #expect(document.form == .rss && entries.count == 3)
        #expect(entries.map(\.source) == ["The & Wire", "The & Wire", "The & Wire"])
        #expect(entries[0].title == "Bitcoin soars — again &x; &y;")
        #expect(entries[0].id == "g1" && entries[0].author == "A. Writer")
        #expect(entries[0].body == "Up & away now")
        #expect(entries[0].published_ns == UnixTime.parse("2003-06-10T04:00:00Z".utf8))
        #expect(entries[1].id == "https://w.example/2" && entries[1].body == "No title, 5 < 6 & 7")
        #expect(entries[1].published_ns == nil && entries[1].hasBadTime)
        #expect(entries[2].body == "the whole" && entries[2].id == "Long")
        #expect(entries[2].published_ns == UnixTime.parse("2003-06-10T02:00:00Z".utf8))
    }

    @Test func `of Atom is read with its change and its alternate link`() throws {
        let entry = try #require(try read(atom).entries.first)
        #expect(entry.id == "urn:1" && entry.title == "A & B" && entry.source == "Posts")
        #expect(entry.author == "Ann a@p.example" || entry.author == "Ann")
        #expect(entry.body == "One two")
        #expect(entry.published_ns == UnixTime.parse("2024-01-02T02:04:05.5Z".utf8))
        #expect(entry.updated_ns == UnixTime.parse("2024-01-02T05:00:00Z".utf8))
    }

    @Test func `of JSON, and lines of posts, are read`() throws {
        let feed = try read(jsonFeed)
        #expect(feed.form == .jsonFeed && feed.entries.map(\.id) == ["1", "2"])
        #expect(feed.entries[0].title == "T \"q\" é\u{1F680}" && feed.entries[0].author == "Al")
        #expect(feed.entries[0].body == "x y" && feed.entries[1].body == "plain")
        #expect(feed.entries[1].updated_ns == UnixTime.parse("2024-01-03".utf8))
        let lines = try read(posts)
        #expect(lines.form == .posts && lines.entries.map(\.id) == ["7", "no id"])
        #expect(lines.entries[0].body == "to the moon" && lines.entries[0].author == "@a")
        #expect(lines.entries[0].instruments == ["BTC/USD", "ETH/USD"])
        #expect(
            lines.entries[0].received_ns == UnixTime.parse("2024-01-02T03:04:06.25Z".utf8))
    }

    @Test(arguments: [
        "", "  ", "hello", "<html><body>no feed</body></html>", "<rss", "<rss><channel><item",
        "<rss><!-- ", "<rss><![CDATA[x", "<feed><entry a=b></entry></feed>", "{\"a\":1}\n{",
        "{\"likes\":5}", "<?xml version='1.0' encoding='Shift_JIS'?><rss></rss>", "<!DOCTYPE [",
    ])
    func `that is none is refused in words`(text: String) {
        do throws(HistoryError) {
            _ = try read(text)
            Issue.record("read")
        } catch { #expect(error.kind == .format && error.message.hasPrefix("error: ")) }
    }

    @Test func `nests only so deep, and a name is only so long`() {
        let deep = String(repeating: "<a>", count: 100)
        #expect(throws: HistoryError.self) { try read("<rss>" + deep + "</rss>") }
        let long = String(repeating: "a", count: 129)
        #expect(throws: HistoryError.self) { try read("<rss><\(long)/></rss>") }
    }

    @Test func `that is damaged anywhere is read or refused, and never takes long`() {
        var readable = 0, refused = 0
        let started = ContinuousClock.now
        for (number, text) in [rss, atom, jsonFeed, posts].enumerated() {
            for seed in UInt64(0)..<1500 {
                var random = SeededGenerator(seed: seed &* 4 &+ UInt64(number))
                var bytes = Array(text.utf8)
                for _ in 0...Int.random(in: 0..<3, using: &random) {
                    bytes = damaged(bytes, using: &random)
                }
                do throws(HistoryError) {
                    let document = try TextDocument.read(bytes, name: "fuzz")
                    readable += 1
                    for entry in document.entries {
                        #expect(
                            !(entry.title + entry.body).unicodeScalars.contains { $0.value < 32 })
                    }
                } catch { refused += 1 }
            }
        }
        #expect(readable > 1000 && refused > 300, "\(readable) and \(refused)")
        for hostile in [
            String(repeating: "<a ", count: 200_000), String(repeating: "&#1;", count: 200_000),
            String(repeating: "<![CDATA[]]>", count: 50_000),
        ] {
            _ = try? read("<rss><channel><item><title>" + hostile)
            _ = try? read("{\"text\":\"\(hostile.filter { $0 != "\"" })\"}")
        }
        #expect(ContinuousClock.now - started < .seconds(60))
    }

    @Test(arguments: [
        ("Tue, 10 Jun 2003 04:00:00 GMT", "2003-06-10T04:00:00Z"),
        ("10 Jun 2003 04:00 EST", "2003-06-10T09:00:00Z"),
        ("Sat, 07 Sep 02 00:00:01 -0130", "2002-09-07T01:30:01Z"),
        ("Monday, 01 January 2024 10:00:00 Z", "2024-01-01T10:00:00Z"),
        ("2024-01-02T03:04:05z", "2024-01-02T03:04:05Z"),
        ("31 Feb 2024 10:00:00 GMT", ""), ("10 Jun 2003", ""), ("10 Jun 2003 25:00:00 GMT", ""),
        ("10 Jun 2003 04:00:00 XYZ", ""), ("", ""), ("-1 Jun 2003 04:00:00 GMT", ""),
    ])
    func `writes times in many ways`(text: String, expected: String) throws {
        let document = try read(
            "<rss><channel><item><title>x</title><pubDate>\(text)</pubDate></item></channel></rss>")
        #expect(document.entries.first?.published_ns == UnixTime.parse(expected.utf8))
    }
}

@Suite struct `The intake of texts` {
    private let time: Int64 = 1_700_000_000_000_000_000

    private func entry(
        _ title: String = "Bitcoin rises", published: Int64? = nil, updated: Int64? = nil
    ) -> TextEntry {
        var entry = TextEntry()
        entry.id = "1"
        entry.title = title
        entry.published_ns = published
        entry.updated_ns = updated
        return entry
    }

    @Test func `knows an item when it was received, whatever the item says`() {
        var intake = TextIntake(known: .received(time), topics: [], source: "f")
        for published in [nil, 0, time + 1, .max] as [Int64?] {
            let items = intake.items(entry(published: published))
            #expect(items.map(\.time_ns) == [time])
            #expect(items.map(\.venue_time_ns) == [published ?? time])
        }
        #expect(intake.report.undated == 1 && intake.report.entries == 4)
    }

    @Test func `knows an archived one some time after it was published or changed`() {
        var intake = TextIntake(
            known: .published(delay_ns: 60, otherwise: time), topics: [], source: "f")
        #expect(intake.items(entry(published: 100)).map(\.time_ns) == [160])
        #expect(intake.items(entry(published: 100, updated: 500)).map(\.time_ns) == [560])
        #expect(intake.items(entry(published: 100, updated: 50)).map(\.time_ns) == [160])
        #expect(intake.items(entry()).map(\.time_ns) == [time])
        #expect(intake.items(entry(published: .max)).map(\.time_ns) == [time])
        var received = entry(published: 100)
        received.received_ns = 105
        #expect(intake.items(received).map(\.time_ns) == [105])
    }

    @Test func `finds what an item is about by whole words, a row for each`() {
        let topics = [
            TextIntake.Topic(instrument: "BTC/USD", words: ["Bitcoin", "btc"]),
            TextIntake.Topic(instrument: "ETH/USD", words: ["ether", "以太坊"]),
        ]
        var intake = TextIntake(known: .received(time), topics: topics, source: "")
        let about = { (title: String) in intake.items(entry(title)).map(\.instrument) }
        #expect(about("BITCOIN and Ether rise") == ["BTC/USD", "ETH/USD"])
        #expect(about("Together with abtc") == [""])
        #expect(about("btc-led rally") == ["BTC/USD"])
        #expect(about("今日以太坊大涨") == ["ETH/USD"])
        var named = entry("x")
        named.instruments = ["SOL/USD", "no name!", "SOL/USD"]
        #expect(intake.items(named).map(\.instrument) == ["SOL/USD"])
        #expect(intake.report.strange == 1)
    }

    @Test func `cuts what is too long, and leaves out what says nothing`() {
        var intake = TextIntake(known: .received(time), topics: [], source: "f")
        var long = entry(String(repeating: "t", count: 5000))
        long.body = String(repeating: "é", count: 9000)
        let item = intake.items(long).first
        #expect(item?.title.utf8.count == TextLimits.title)
        #expect(item?.body.utf8.count == TextLimits.body)
        #expect(intake.items(entry("")).isEmpty)
        #expect(intake.report.cut == 1 && intake.report.empty == 1)
    }
}
