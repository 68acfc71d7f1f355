import RialtoIndicators
import RialtoLLM
import RialtoNetwork
import RialtoValues
import Testing

/// A small run of one coin: prices by a formula, a desk, and an account that believes every order
/// filled. All that happens goes into a transcript.
struct DeskRun {
    /// Every request's digest, every verdict and every line of the log, in order.
    private(set) var transcript = ""
    /// Requests that were sent.
    private(set) var sent = 0
    private(set) var desk: DecisionDesk
    /// Makes a desk that knows nothing, to be put in the place of the one that works at every
    /// minute; nil leaves it.
    var fresh: (() -> DecisionDesk)?
    private let base: String
    private var watch = CoinWatch(
        symbol: "BTC/USDT", name: "BTC", quote: "USDT", priceDecimals: 1, quantityDecimals: 3)
    private var account = MarketSnapshot.Account(
        currency: "USDT", returnPercent: 0, cash: 10_000, value: 10_000, sharpe: nil,
        positions: [])
    private var answers: [(time_ns: Int64, id: UInt64, entry: Recording.Entry)] = []

    private static let minute_ns: Int64 = 60_000_000_000
    private static let start_ns: Int64 = 1_761_213_500_000_000_000

    init(desk: DecisionDesk, base: String) {
        self.desk = desk
        self.base = base
    }

    /// Runs so many minutes.
    ///
    /// - Parameter answer: What comes of a request: of the network, or of a recording.
    mutating func run<Failure: Error>(
        minutes: Int64, answer: (HTTPRequest, Int64) throws(Failure) -> Recording.Entry
    ) throws {
        for minute in 0..<minutes {
            let now = DeskRun.start_ns + minute * DeskRun.minute_ns
            try restart()
            let wave = Double((minute * 7919) % 1000) / 10
            if minute % 3 == 0 { watch.take(intradayClose: 100_000 + wave, mid: 100_000.5 + wave) }
            if minute % 240 == 0 {
                watch.take(contextHigh: 101_000, low: 99_000, close: 100_000 + wave, volume: 5)
            }
            try takeAnswers(until: now, answer)
            let coin = watch.snapshot, account = account
            let outcome = desk.tick(at: now) { minutes, invocation in
                MarketSnapshot(
                    asOf_ns: now, minutesSinceStart: minutes, invocation: invocation,
                    coins: [coin], account: account)
            }
            try follow(outcome, at: now, answer)
        }
    }

    /// Goes on with what was saved of the desk and the coin, as another process would.
    private mutating func restart() throws {
        guard var next = fresh?() else { return }
        let known = try #require(StateText.bytes(of: desk.memory))
        next.takeOver(try #require(StateText.value(DecisionDesk.Memory.self, from: known)))
        desk = next
        let seen = try #require(StateText.bytes(of: watch))
        watch = try #require(StateText.value(CoinWatch.self, from: seen))
    }

    private mutating func takeAnswers<Failure: Error>(
        until now: Int64, _ answer: (HTTPRequest, Int64) throws(Failure) -> Recording.Entry
    ) throws {
        while let next = answers.first, next.time_ns <= now {
            answers.removeFirst()
            let market = MarketSnapshot(
                asOf_ns: next.time_ns, minutesSinceStart: 0, invocation: 0,
                coins: [watch.snapshot], account: account)
            let retryAfter = next.entry.headers.split(separator: "\n")
                .first { $0.hasPrefix("retry-after: ") }.map { String($0.dropFirst(13)) }
            let outcome = desk.receive(
                id: next.id, status: next.entry.status, retryAfter: retryAfter,
                body: next.entry.body, at: next.time_ns, now: market)
            try follow(outcome, at: next.time_ns, answer)
        }
    }

    private mutating func follow<Failure: Error>(
        _ outcome: DecisionDesk.Outcome, at now: Int64,
        _ answer: (HTTPRequest, Int64) throws(Failure) -> Recording.Entry
    ) throws {
        if let record = outcome.record { transcript += record.line + "\n" }
        for verdict in outcome.verdicts where verdict.isAccepted { act(on: verdict) }
        guard let request = outcome.request else { return }
        let http = try self.http(request.call)
        sent += 1
        transcript += "\(now) asks \(request.id) \(Recording.digest(of: http))\n"
        let entry = try answer(http, request.deadline_ns - request.notBefore_ns)
        answers.append((max(now, request.notBefore_ns) + entry.latency_ns, request.id, entry))
        answers.sort { $0.time_ns < $1.time_ns }
    }

    private mutating func act(on verdict: Verdict) {
        let price = watch.snapshot.price ?? 0
        switch verdict.decision.action {
        case .openLong, .openShort:
            let notional = (verdict.sizeFraction ?? 0) * (verdict.decision.leverage ?? 1) * 10_000
            let sign = verdict.decision.action == .openLong ? 1.0 : -1.0
            account.positions = [
                MarketSnapshot.Position(
                    symbol: "BTC/USDT", quantity: sign * notional / price, entry: price,
                    profit: 0, leverage: verdict.decision.leverage ?? 1,
                    stopLoss: verdict.decision.stopLoss,
                    takeProfit: verdict.decision.takeProfit)
            ]
        case .close: account.positions = []
        case .hold, .reduce: break
        }
        transcript += "acts \(verdict.decision.action.rawValue) \(account.positions.count)\n"
    }

    private func http(_ call: ChatCall) throws -> HTTPRequest {
        HTTPRequest(
            method: "POST", address: try WebAddress(base + call.settings.provider.path),
            headers: call.headers.map { line in
                let name = line.prefix { $0 != ":" }
                return HTTPRequest.Header(String(name), String(line.dropFirst(name.count + 2)))
            }, body: Array(call.body.utf8))
    }
}
