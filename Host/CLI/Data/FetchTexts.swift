import Glibc
import RialtoConfiguration
import RialtoHistory
import RialtoNetwork
import RialtoText
import RialtoValues

/// `rialto data fetch-texts LIST`: asks feeds and adds what is new to series of texts.
enum FetchTexts {
    static let command = Command(
        "fetch-texts", "ask feeds of news, and keep what is new",
        discussion:
            "LIST is YAML: feeds, each with series, url, and source and topics where wanted:\n\n"
            + "  feeds:\n"
            + "    - series: news\n"
            + "      url: https://example.com/rss.xml\n"
            + "      topics:\n"
            + "        - instrument: BTC/USD\n"
            + "          words: [bitcoin, btc]\n\n"
            + "An item is known from the time at which its answer was received, whatever it says\n"
            + "of itself. Feeds are asked only for what has changed (ETag, Last-Modified). Nobody\n"
            + "but the addresses of the list is asked, by https; redirects are not followed.\n"
            + "A feed that fails is told, and does not keep the others from being asked.",
        arguments: [Argument("list", .file([".yaml"]), "feeds that are asked")],
        options: [
            Option("every", .text("LENGTH"), "from one round to the next", standard: "5m"),
            Option("rounds", .integer(1...1_000_000_000), "how often all are asked", standard: "1"),
            Option("record", .file([]), "keep every answer in this file, as it came"),
            Option(
                flag: "allow-loopback", "servers of this machine may be asked, without TLS too"),
            DataFolder.option,
        ],
        examples: [
            Example("rialto data fetch-texts feeds.yaml", "ask once"),
            Example("rialto data fetch-texts feeds.yaml --every 1m --rounds 1440", "for a day"),
        ],
        body: run)

    /// Requests of one address in a row, and how fast they come back.
    private static let bucket = (capacity: Int64(10), refill_ns: Int64(1_000_000_000))
    /// Nanoseconds until an answer is given up, pauses included.
    private static let patience_ns: Int64 = 60_000_000_000

    @Sendable private static func run(
        _ invocation: Invocation, _ console: Console
    ) throws -> CommandStatus {
        let list = try FeedList.load(invocation.required("list"))
        let every_ns = try invocation.length("every") ?? 300_000_000_000
        let policy = try FeedPoll.policy(
            list.feeds, allowsLoopback: invocation.flag("allow-loopback"))
        let wire = Wire(policy, records: invocation.isGiven("record"))
        var poll = FeedPoll(now_ns: { Executable.now_ns }, send: wire.send)
        let folder = DataFolder.history(invocation)
        var hasFailed = false
        let rounds = invocation.integer("rounds") ?? 1
        for round in 0..<rounds {
            let began_ns = Executable.now_ns
            for feed in list.feeds {
                hasFailed = try !take(poll.ask(feed), feed, folder, console) || hasFailed
            }
            if let path = invocation.text("record") {
                try TextFile.write(wire.recording.bytes, to: path)
            }
            if round + 1 < rounds { Self.wait(every_ns - (Executable.now_ns - began_ns)) }
        }
        return hasFailed ? .failed : .done
    }

    /// Keeps what a feed gave and tells about it; false when it failed.
    private static func take(
        _ outcome: FeedPoll.Outcome, _ feed: FeedEntry, _ folder: HistoryFolder,
        _ console: Console
    ) throws -> Bool {
        switch outcome {
        case .failed(let message):
            console.report(message)
            return false
        case .unchanged:
            Facts([
                (.init("feed"), .text(feed.url)), (.init("series"), .text(feed.series)),
                (.init("status"), .text("unchanged")),
            ]).print(to: console)
        case .items(let items, let report):
            let done = try folder.append(items, to: feed.series)
            Facts(
                [(.init("feed"), .text(feed.url)), (.init("status"), .text("read"))]
                    + TextFacts.facts(feed.series, report, done)
            ).print(to: console)
        }
        return true
    }

    /// Waits so many nanoseconds; not at all below 1.
    private static func wait(_ length_ns: Int64) {
        guard length_ns > 0 else { return }
        var asked = timespec(
            tv_sec: Int(length_ns / UnixTime.second), tv_nsec: Int(length_ns % UnixTime.second))
        var left = timespec()
        while nanosleep(&asked, &left) != 0, errno == EINTR { asked = left }
    }

    /// The client, and what came of its requests.
    private final class Wire {
        private var client: HTTPClient
        private(set) var recording = Recording()
        private let records: Bool

        init(_ policy: NetworkPolicy, records: Bool) {
            self.records = records
            client = HTTPClient(
                policy: policy, secrets: Secrets([]),
                retries: RetryRule(retriesMax: 2, pause_ms: 1000, pauseMax_ms: 8000),
                bucket: TokenBucket(
                    capacity: FetchTexts.bucket.capacity, refill_ns: FetchTexts.bucket.refill_ns),
                seed: UInt64(truncatingIfNeeded: Executable.now_ns),
                surroundings: HTTPClient.Surroundings(
                    now_ns: { Executable.steady_ns }, wait: FetchTexts.wait,
                    addresses: { (host) throws(NetworkError) in
                        try Resolver.addresses(of: host)
                    }))
        }

        func send(_ request: HTTPRequest) throws(NetworkError) -> HTTPResponse {
            let digest = Recording.digest(of: request)
            do throws(NetworkError) {
                let response = try client.send(request, patience_ns: FetchTexts.patience_ns)
                keep(digest, response.status, response)
                return response
            } catch {
                keep(digest, error.status, nil)
                throw error
            }
        }

        private func keep(_ digest: String, _ status: Int32, _ response: HTTPResponse?) {
            guard records else { return }
            recording.append(
                Recording.Entry(
                    digest: digest, status: status, latency_ns: response?.latency_ns ?? 0,
                    headers: response?.headers.joined(separator: "\n") ?? "",
                    body: response?.body ?? []))
        }
    }
}
