import RialtoLLM
import Testing

private let wide = SpendLimits.Limit.unlimited
private let start_ns: Int64 = 1_760_776_100_594_018_000

private func mask(_ kind: MaskKind, seed: UInt64 = 1) -> SnapshotMask {
    SnapshotMask(kind, count: SixCoins.names.count, seed: seed, start_ns: start_ns)
}

private func desk(_ mask: MaskKind, seed: UInt64) -> DecisionDesk {
    let price = TokenPrice(from_ns: 0, input: 1, cached: 1, cacheWritten: 1, output: 1)
    var settings = DecisionDesk.Settings(
        // Without schemas, so that the example is in the prompt too.
        chat: ChatSettings(provider: .deepSeek, model: "m", tokensMax: 100),
        template: Nof1Template(
            rules: DecisionRules(), costs: CostNumbers(fee_bps: 4.5, slippage_bps: 1)),
        prices: PriceTable([price]),
        limits: SpendLimits(call: wide, hour: wide, day: wide, run: wide))
    settings.mask = mask
    settings.maskSeed = seed
    return DecisionDesk(settings: settings, seed: 3)
}

/// What a model is sent about the six coins.
private func sent(_ kind: MaskKind, seed: UInt64) throws -> String {
    var desk = desk(kind, seed: seed)
    let outcome = desk.tick(at: SixCoins.snapshot.asOf_ns) { minutes, invocation in
        var snapshot = SixCoins.snapshot
        snapshot.minutesSinceStart = minutes
        snapshot.invocation = invocation
        return snapshot
    }
    return try #require(outcome.request).call.body
}

/// A number between 10^-8 and 10^8 that uses every bit.
private func price(_ random: inout Steps) -> Double {
    Double.random(in: 1..<10, using: &random)
        * [1e-8, 1e-5, 1e-2, 1, 1e3, 1e7][Int(random.next() % 6)]
}

@Suite struct `A mask` {
    @Test func `leaves no name and no date of the run in what is sent, whatever the seed`() throws {
        for seed in UInt64(0)..<100 {
            let both = try sent(.both, seed: seed), names = try sent(.symbols, seed: seed)
            let dates = try sent(.dates, seed: seed)
            for word in SixCoins.names + ["USD", "109014", "107343", "105000"] {
                #expect(!both.contains(word) && !names.contains(word), "\(word) \(seed)")
            }
            for text in [both, dates] { #expect(!text.contains(/\d\d\d\d-\d\d/), "\(seed)") }
            #expect(names.contains("2025-10-23T09:58:20Z") && both.contains("minute-0"))
            #expect(dates.contains("BTC/USDT") && both.contains("ASSET-6"))
        }
    }

    @Test func `of none changes nothing`() throws {
        #expect(mask(.none).masked(SixCoins.snapshot) == SixCoins.snapshot)
        let answer = AnswerReader.read("[{'symbol':'BTC','action':'hold'}]")
        #expect(mask(.none).unmasked(answer, asked: SixCoins.snapshot) == answer)
        #expect(try sent(.none, seed: 1) == sent(.none, seed: 2))
    }

    @Test func `gives every price back, bit for bit`() {
        var random = Steps(seed: 5), moved = 0
        for seed in UInt64(0)..<500 {
            let mask = mask(.symbols, seed: seed)
            for place in SixCoins.names.indices {
                for _ in 0..<20 {
                    let real = price(&random), shown = mask.masked(price: real, at: place)
                    #expect(mask.unmasked(price: shown, at: place) == real, "\(seed) \(real)")
                    moved += shown == real ? 0 : 1
                }
            }
        }
        #expect(moved == 500 * 6 * 20, "every level is another")
    }

    @Test func `gives an answer back as if it had not been there, to the last step of a price`()
        throws
    {
        let asked = SixCoins.snapshot
        let template = Nof1Template(
            rules: DecisionRules(), costs: CostNumbers(fee_bps: 0, slippage_bps: 0))
        var orders: Set<[String]> = []
        for seed in UInt64(0)..<200 {
            let mask = mask(.both, seed: seed)
            // What a model answers that repeats the prices it was shown, as they were written.
            let prompt = template.prompt(of: mask.masked(asked)).user
            let shown = prompt.matches(
                of:
                    /DATA \((\S+), .*\ncurrent_price = ([0-9.]+)[^\[]*\(CASH\): \[([0-9.]+)/
            )
            #expect(shown.count == 6)
            let decisions = shown.map {
                "{\"symbol\":\"\($0.1)\",\"action\":\"open_long\",\"entry\":\($0.2),"
                    + "\"stop_loss\":\($0.3),\"take_profit\":\($0.2),\"invalidation\":"
                    + "{\"kind\":\"close_below\",\"value\":\($0.3)}}"
            }
            let asOf = mask.masked(asked).asOf
            let text =
                "{\"as_of\":\"\(asOf)\",\"decisions\":[\(decisions.joined(separator: ","))]}"
            let answer = mask.unmasked(AnswerReader.read(text), asked: asked)
            #expect(answer.asOf == asked.asOf && answer.unreadable.isEmpty)
            orders.insert(answer.decisions.map(\.symbol))
            #expect(Set(answer.decisions.map(\.symbol)) == Set(asked.coins.map(\.symbol)))
            for decision in answer.decisions {
                let coin = try #require(asked.coins.first { $0.symbol == decision.symbol })
                let first = try #require(coin.intraday.mids.first)
                func steps(_ price: Double?) -> String {
                    FixedText.number(price, decimals: coin.priceDecimals)
                }
                #expect(steps(decision.entry) == steps(coin.price), "\(seed)")
                #expect(steps(decision.takeProfit) == steps(coin.price), "\(seed)")
                #expect(steps(decision.stopLoss) == steps(first), "\(seed)")
                guard case .closeBelow(let level)? = decision.invalidation else {
                    Issue.record("no invalidation")
                    continue
                }
                #expect(steps(level) == steps(first), "\(seed)")
            }
        }
        #expect(orders.count > 100, "the order is drawn")
    }

    @Test func `is like a split: what a position is worth stays as it is`() throws {
        var snapshot = SixCoins.snapshot
        snapshot.account.positions[0].condition = .closeBelow(105_000)
        let shown = mask(.symbols, seed: 9).masked(snapshot)
        for (real, masked) in zip(snapshot.account.positions, shown.account.positions) {
            #expect(masked.entry * masked.quantity == real.entry * real.quantity)
            #expect(masked.profit == real.profit && masked.entry != real.entry)
        }
        let ratio = shown.account.positions[0].entry / snapshot.account.positions[0].entry
        #expect(
            shown.account.positions[0].invalidation == "close below \(105_000 * ratio)")
        // Words without a level that could be divided are left out.
        snapshot.account.positions[0].condition = nil
        #expect(mask(.symbols).masked(snapshot).account.positions[0].invalidation == nil)
    }

    @Test func `does not let a model trade what it has guessed`() {
        let asked = SixCoins.flat
        let both = mask(.both), asOf = both.masked(asked).asOf
        func judged(_ asOf: String, _ symbol: String) -> [Verdict] {
            let text = """
                {"as_of":"\(asOf)","decisions":[{"symbol":"\(symbol)","action":"open_long",\
                "size_fraction_of_equity":0.1,"stop_loss_pct":5}]}
                """
            let answer = both.unmasked(AnswerReader.read(text), asked: asked)
            return DecisionRules().judge(answer, against: asked)
        }
        #expect(judged(asOf, "BTC/USDT").isEmpty)
        #expect(judged(asOf, "ASSET-7").isEmpty)
        #expect(judged(asked.asOf, "ASSET-1").first?.refusal?.contains("as_of") == true)
        #expect(judged("minute-1", "ASSET-1").first?.refusal?.contains("as_of") == true)
        #expect(judged(asOf, "ASSET-1").map(\.isAccepted) == [true])
    }

    @Test func `lets a desk act on the real instrument at the real price`() throws {
        var desk = desk(.both, seed: 4)
        let market = SixCoins.flat
        let request = try #require(
            desk.tick(at: market.asOf_ns, snapshot: { _, _ in market }).request)
        let prompt = request.call.prompt.user
        let first = try #require(
            prompt.firstMatch(of: /DATA \((\S+), .*\ncurrent_price = ([0-9.]+)/))
        let stop = try #require(Double(first.2)) * 0.95
        let text = """
            {"as_of":"minute-0","decisions":[{"symbol":"\(first.1)","action":"open_long",\
            "size_fraction_of_equity":0.1,"leverage":1,"stop_loss":\(stop)}]}
            """
        let said = JSONNode.object([
            .init("message", .object([.init("content", .text(text))])),
            .init("finish_reason", .text("stop")),
        ])
        let body = JSONNode.object([.init("choices", .list([said]))]).line
        let outcome = desk.receive(
            id: request.id, status: 200, retryAfter: nil, body: body.utf8,
            at: market.asOf_ns + 1, now: market)
        let verdict = try #require(outcome.verdicts.first)
        #expect(verdict.isAccepted, "\(verdict)")
        let coin = market.coins[try #require(verdict.instrument)]
        #expect(verdict.decision.symbol == coin.symbol)
        let share = try #require(verdict.decision.stopLoss) / (coin.price ?? 0)
        #expect(abs(share - 0.95) < 1e-5)
        #expect(outcome.record?.line.contains("\"\(coin.symbol)\"") == true)
    }
}
