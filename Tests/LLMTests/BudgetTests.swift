import RialtoLLM
import Testing

private let minute_ns: Int64 = 60_000_000_000

/// The question that starts at a time.
private func begin(
    _ cycle: inout DecisionCycle, at time_ns: Int64
) throws -> DecisionCycle.Turn {
    let turn = cycle.begin(at: time_ns)
    return try #require(turn)
}

private let wide = SpendLimits.Limit.unlimited

@Suite struct `The spend book` {
    @Test func `refuses what could pass a limit before it is spent`() throws {
        var book = SpendBook(
            limits: SpendLimits(
                call: .init(tokens: 500, money: .max), hour: wide, day: wide,
                run: .init(tokens: 1000, money: 900)))
        #expect(throws: SpendRefusal.self) {
            try book.reserve(id: 1, tokens: 501, money: 0, time_ns: 0)
        }
        try book.reserve(id: 1, tokens: 500, money: 450, time_ns: 0)
        try book.reserve(id: 2, tokens: 500, money: 450, time_ns: 1)
        #expect(throws: SpendRefusal.self) {
            try book.reserve(id: 3, tokens: 1, money: 0, time_ns: 2)
        }
        book.settle(id: 1, tokens: 100, money: 50)
        #expect(book.tokens == 600 && book.money == 500)
        #expect(throws: SpendRefusal(reason: money)) {
            try book.reserve(id: 3, tokens: 1, money: 401, time_ns: 3)
        }
        try book.reserve(id: 3, tokens: 400, money: 400, time_ns: 4)
    }

    private var money: String {
        "money of the run could reach 0.000000000901; allowed is 0.0000000009"
    }

    @Test func `forgets an hour and a day when they have passed, and a run never`() throws {
        var book = SpendBook(
            limits: SpendLimits(
                call: wide, hour: .init(tokens: 10, money: .max),
                day: .init(tokens: 20, money: .max), run: .init(tokens: 35, money: .max)))
        try book.reserve(id: 1, tokens: 10, money: 0, time_ns: 0)
        #expect(throws: SpendRefusal.self) {
            try book.reserve(id: 2, tokens: 1, money: 0, time_ns: 59 * minute_ns)
        }
        try book.reserve(id: 2, tokens: 10, money: 0, time_ns: 60 * minute_ns)
        #expect(throws: SpendRefusal.self) {
            try book.reserve(id: 3, tokens: 1, money: 0, time_ns: 180 * minute_ns)
        }
        try book.reserve(id: 3, tokens: 10, money: 0, time_ns: 24 * 60 * minute_ns)
        #expect(throws: SpendRefusal.self) {
            try book.reserve(id: 4, tokens: 6, money: 0, time_ns: 240 * 60 * minute_ns)
        }
    }

    @Test func `never passes a limit, whatever is asked, answered or lost`() {
        for seed in UInt64(0)..<300 {
            var random = Steps(seed: seed)
            let limit = SpendLimits.Limit(tokens: 10_000, money: 8_000)
            var book = SpendBook(
                limits: SpendLimits(call: wide, hour: wide, day: wide, run: limit))
            var time: Int64 = 0, refused = 0
            for id in 1...UInt64(60) {
                time += Int64(random.next() % 7_200) * 1_000_000_000
                let tokens = Int64(random.next() % 900), money = Int64(random.next() % 900)
                do throws(SpendRefusal) {
                    try book.reserve(id: id, tokens: tokens, money: money, time_ns: time)
                    if random.next() % 3 > 0 {
                        book.settle(id: id, tokens: tokens / 2, money: money / 3)
                    }
                } catch {
                    refused += 1
                }
                #expect(book.tokens <= 10_000 && book.money <= 8_000, "seed \(seed)")
            }
            #expect(refused > 0, "seed \(seed)")
        }
    }
}

@Suite struct `A price table` {
    private let table = PriceTable([
        TokenPrice(
            from_ns: 200, input: 560_000, cached: 56_000, cacheWritten: 0, output: 1_680_000),
        TokenPrice(
            from_ns: 100, input: 280_000, cached: 28_000, cacheWritten: 350_000, output: 420_000),
    ])

    @Test func `gives the price that holds at a time, and none before the first`() {
        #expect(table.price(at: 99) == nil)
        #expect(table.price(at: 199)?.input == 280_000)
        #expect(table.price(at: 200)?.input == 560_000)
    }

    @Test func `costs exactly, and never more than the worst case`() throws {
        let price = try #require(table.price(at: 100))
        let usage = ChatUsage(input: 1_000_000, cached: 1_000_000, output: 1_000_000)
        #expect(price.cost(of: usage) == 728_000_000_000)
        for seed in UInt64(0)..<200 {
            var random = Steps(seed: seed)
            let parts = (0..<4).map { _ in Int64(random.next() % 10_000) }
            let usage = ChatUsage(
                input: parts[0], cached: parts[1], cacheWritten: parts[2], output: parts[3])
            let most = price.costMax(
                promptTokens: parts[0] + parts[1] + parts[2], tokensMax: parts[3])
            #expect(price.cost(of: usage) <= most)
        }
        #expect(price.cost(of: ChatUsage(input: .max, output: .max)) == .max)
    }
}

@Suite struct `The cycle of decisions` {
    private func cycle() -> DecisionCycle {
        DecisionCycle(
            interval_ns: DecisionCycle.standardInterval_ns, patience_ns: 2 * minute_ns,
            retriesMax: 2)
    }

    @Test func `asks at once, then every three minutes from the first time on`() throws {
        var cycle = cycle(), asked: [Int64] = []
        for minute in Int64(7)..<20 {
            let time = minute * minute_ns
            guard let turn = cycle.begin(at: time) else { continue }
            asked.append(minute)
            #expect(cycle.take(requestID: turn.requestID, at: time) == turn)
        }
        #expect(asked == [7, 10, 13, 16, 19])
        #expect(cycle.invocations == 5)
    }

    @Test func `leaves out what passed while it waited, and takes no late answer`() throws {
        var cycle = DecisionCycle(
            interval_ns: 3 * minute_ns, patience_ns: 10 * minute_ns, retriesMax: 0)
        let turn = try begin(&cycle, at: 0)
        #expect(cycle.begin(at: 3 * minute_ns) == nil)
        #expect(cycle.take(requestID: turn.requestID, at: 11 * minute_ns) == nil)
        #expect(cycle.begin(at: 11 * minute_ns)?.invocation == 2)
        #expect(cycle.due_ns == 12 * minute_ns)
    }

    @Test func `retries at most twice, each time under another id, and not past the deadline`()
        throws
    {
        var cycle = cycle()
        var turn = try begin(&cycle, at: 0)
        var ids = [turn.requestID]
        while cycle.take(requestID: turn.requestID, at: 1) != nil,
            let next = cycle.retry(turn, at: 1)
        {
            turn = next
            ids.append(turn.requestID)
        }
        #expect(ids.count == 3 && Set(ids).count == 3)
        var late = self.cycle()
        let first = try begin(&late, at: 0)
        #expect(late.retry(first, at: 2 * minute_ns) == nil)
    }
}

@Suite struct `A line of the decision log` {
    @Test func `says what became of each decision, and is the same for the same facts`() throws {
        var cycle = DecisionCycle(interval_ns: 1, patience_ns: 1, retriesMax: 0)
        let turn = try begin(&cycle, at: 5)
        let answer = AnswerReader.read("[{'symbol':'ETH','action':'open_long'}]")
        let verdicts = DecisionRules().judge(answer, against: SixCoins.flat)
        let prompt = Prompt(template: "t/1", system: "a", user: "b", form: .decisions)
        let record = DecisionRecord(
            time_ns: 6, turn: turn, prompt: prompt, outcome: "text",
            usage: ChatUsage(input: 1, output: 2), cost: 3, answer: answer, verdicts: verdicts)
        #expect(record.line == record.line && !record.line.contains("\n"))
        let node = try JSONText.strict(record.line)
        #expect(node["tokens"]?.integer == 3 && node["cost_e12"]?.integer == 3)
        #expect(node["decisions"]?.items.first?["refused"]?.string == "as_of is missing")
        #expect(node["repairs"]?.items == [.text("other quotes")])
        #expect(TextDigest.hex(of: "") == "cbf29ce484222325")
        #expect(TextDigest.hex(of: "a") == "af63dc4c8601ec8c")
    }
}
