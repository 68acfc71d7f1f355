import RialtoEngine
import RialtoSimulation
import RialtoTestSupport
import RialtoValues
import Testing

/// A strategy that asks on some bars, by index, and buys one on every answer of status 200.
private func asker(
    _ asks: [Int: [UInt64]], isOpenLoop: Bool, _ seen: @escaping (SeenEvent) -> Void
) -> StrategyPort {
    var count = 0, held: Int64 = 0
    let strategy = GroupStrategy(isOpenLoop: isOpenLoop) { group, sink in
        for event in group {
            seen(event)
            if case .response(let report) = event, report.status == 200 {
                held += 1
                sink.intents.append(.target(held))
            }
            guard case .bar = event else { continue }
            for id in asks[count] ?? [] {
                var intent = Intent(kind: .request, row: 0, instrument: 0, quantity: 0)
                intent.orderId = id
                intent.text = Int32(sink.texts.count)
                sink.texts.append(IntentText(key: "", text: "ask \(id)"))
                sink.intents.append(intent)
            }
            count += 1
        }
    }
    let kinds: [EventKind] = isOpenLoop ? [.bars, .responses] : [.bars, .responses, .account]
    return strategy.port(kinds: EventKinds(kinds.map { EventKinds($0) }))
}

/// Answers after so many milliseconds as the id in the text says, with the text as body.
private func echo(_ text: String, _: Int64, _: Int64) throws(RequestFailure) -> RequestAnswer {
    let id = Int64(text.split(separator: " ").last ?? "") ?? 0
    return RequestAnswer(
        status: id == 9 ? 500 : 200, latency_ns: id * 1_000_000, headers: [],
        body: Array(text.utf8),
        digest: text)
}

private func run(
    _ asks: [Int: [UInt64]], batchLimit: Int = 4096, isOpenLoop: Bool = false,
    answer: RequestPort? = echo
) throws -> (out: SketchOutcome, seen: [SeenEvent]) {
    let bars = (0..<40).map { (index: Int64) -> (Int64, Int64, Int64, Int64) in
        let open = 100 + index
        return (open, open + 5, open - 5, open + 1)
    }
    var seen: [SeenEvent] = []
    var run = SketchRun(market: MarketSketch(bars))
    run.batchLimit = batchLimit
    run.accounts = [run.account([asker(asks, isOpenLoop: isOpenLoop) { seen.append($0) }])]
    run.accounts[0].instances[0].requests = answer
    return (try run.execute(), seen)
}

private func responses(_ seen: [SeenEvent]) -> [ResponseReport] {
    seen.compactMap { if case .response(let report) = $0 { report } else { nil } }
}

@Suite struct `A request` {
    @Test func `is answered at the time at which the host could know it, whole`() throws {
        let (_, seen) = try run([3: [250]])
        let asked = MarketSketch.start + 4 * MarketSketch.minute
        #expect(
            responses(seen) == [
                ResponseReport(
                    time_ns: asked + 250_000_000, id: 250, status: 200, headers: [],
                    body: Array("ask 250".utf8))
            ])
    }

    @Test(arguments: [false, true])
    func `leads to the same run, however events are cut into batches`(isOpenLoop: Bool) throws {
        let asks: [Int: [UInt64]] = [0: [1, 9], 3: [70_000, 2], 4: [3], 20: [400_000]]
        let whole = try run(asks, isOpenLoop: isOpenLoop)
        #expect(responses(whole.seen).count == 6 && whole.out.fills.count == 5)
        for limit in [1, 2, 3, 7, 100] {
            let part = try run(asks, batchLimit: limit, isOpenLoop: isOpenLoop)
            #expect(part.out.digest == whole.out.digest, "\(limit)")
            #expect(responses(part.seen) == responses(whole.seen))
        }
    }

    @Test func `comes back in the order of its answers, not of its questions`() throws {
        let (_, seen) = try run([2: [500, 300], 3: [7]])
        #expect(responses(seen).map(\.id) == [300, 500, 7])
    }

    @Test func `is refused where the run allows none, and nothing else changes`() throws {
        let (out, seen) = try run([2: [5]], answer: nil)
        let report = try #require(responses(seen).first)
        #expect(report.status == -1 && out.fills.isEmpty)
        #expect(String(decoding: report.body, as: UTF8.self) == "this run allows no requests")
    }

    @Test func `that has no answer to go on with ends the run, and says whose it was`() throws {
        #expect(throws: EngineError.self) {
            try run(
                [2: [5]],
                answer: { (_, _, _) throws(RequestFailure) in
                    throw RequestFailure(reason: "unknown")
                })
        }
    }

    @Test func `is made by someone who knows the book from the first instant on`() throws {
        let (_, seen) = try run([5: [5]])
        let books = seen.compactMap { if case .account(let report) = $0 { report } else { nil } }
        let first = try #require(seen.first)
        guard case .account = first else {
            Issue.record("the first event is \(first)")
            return
        }
        #expect(books.count > 1 && books[0].equity > 0)
    }
}
