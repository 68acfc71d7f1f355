import RialtoLLM
import RialtoNetwork
import RialtoValues
import Testing

private let wide = SpendLimits.Limit.unlimited

private func desk(
    _ provider: ChatProvider, run: SpendLimits.Limit = wide, mask: MaskKind = .none
) -> DecisionDesk {
    let price = TokenPrice(
        from_ns: 0, input: 280_000, cached: 28_000, cacheWritten: 350_000, output: 420_000)
    var settings = DecisionDesk.Settings(
        chat: ChatSettings(provider: provider, model: "stand-in", tokensMax: 1000, seed: 7),
        template: Nof1Template(
            rules: DecisionRules(), costs: CostNumbers(fee_bps: 4.5, slippage_bps: 1)),
        prices: PriceTable([price]),
        limits: SpendLimits(call: wide, hour: wide, day: wide, run: run))
    settings.mask = mask
    settings.maskSeed = 8
    return DecisionDesk(settings: settings, seed: 3)
}

@Suite struct `A run with a language model` {
    @Test(arguments: ChatProvider.allCases)
    func `that was recorded is replayed twice, byte for byte, without a network`(
        provider: ChatProvider
    ) throws {
        let server = try StandIn(), base = server.base
        var recorder = try server.recorder(for: provider)
        var live = DeskRun(desk: desk(provider), base: base)
        try live.run(minutes: 62) { recorder.answer(to: $0, patience_ns: $1) }
        let bytes = recorder.recording.bytes
        #expect(!String(decoding: bytes, as: UTF8.self).contains(StandIn.key))
        #expect(
            String(decoding: bytes, as: UTF8.self).contains("{{llm-key}}") == (provider != .ollama))

        var transcripts: [String] = []
        for _ in 0..<2 {
            var replay = Replay(try Recording(bytes: bytes))
            var again = DeskRun(desk: desk(provider), base: base)
            try again.run(minutes: 62) { (request, _) throws(NetworkError) in
                try replay.answer(to: request)
            }
            transcripts.append(again.transcript)
        }
        #expect(Array(transcripts[0].utf8) == Array(transcripts[1].utf8))
        #expect(transcripts[0] == live.transcript)
        for word in [
            "acts open_long 1", "acts close 0", "cut by its length", "\"outcome\":\"blank\"",
            "status 429", "status 503", "as_of is 2031", "wrong side", "leverage 50.0 to 5.0",
            "thousands separator",
        ] {
            #expect(live.transcript.contains(word), "\(word)")
        }
    }

    @Test(arguments: [MaskKind.none, .both])
    func `goes on as it was when another desk takes over at every minute`(mask: MaskKind) throws {
        let server = try StandIn()
        var recorder = try server.recorder(for: .openAI)
        var whole = DeskRun(desk: desk(.openAI, mask: mask), base: server.base)
        try whole.run(minutes: 62) { recorder.answer(to: $0, patience_ns: $1) }
        var replay = Replay(try Recording(bytes: recorder.recording.bytes))
        var parted = DeskRun(desk: desk(.openAI, mask: mask), base: server.base)
        parted.fresh = { desk(.openAI, mask: mask) }
        try parted.run(minutes: 62) { (request, _) throws(NetworkError) in
            try replay.answer(to: request)
        }
        #expect(parted.transcript == whole.transcript)
        #expect(parted.desk.spent == whole.desk.spent && whole.desk.spent.tokens > 0)
        for word in ["acts open_long 1", "acts close 0", "status 429", "thousands separator"] {
            #expect(whole.transcript.contains(word), "\(word)")
        }
    }

    @Test func `fails on a recording of another run, and asks nobody`() throws {
        var replay = Replay(Recording())
        var run = DeskRun(desk: desk(.openAI), base: "https://api.openai.com")
        #expect(throws: NetworkError.self) {
            try run.run(minutes: 3) { (request, _) throws(NetworkError) in
                try replay.answer(to: request)
            }
        }
    }

    @Test func `stops asking when it could spend more than it may`() throws {
        let server = try StandIn()
        var free = try server.recorder(for: .openAI)
        var all = DeskRun(desk: desk(.openAI), base: server.base)
        try all.run(minutes: 62) { free.answer(to: $0, patience_ns: $1) }
        for limit in [
            SpendLimits.Limit(tokens: 30_000, money: .max),
            SpendLimits.Limit(tokens: .max, money: 6_000_000_000),
        ] {
            var recorder = try server.recorder(for: .openAI)
            var run = DeskRun(desk: desk(.openAI, run: limit), base: server.base)
            try run.run(minutes: 62) { recorder.answer(to: $0, patience_ns: $1) }
            #expect(run.sent > 0 && run.sent < all.sent)
            #expect(recorder.recording.entries.count == run.sent)
            #expect(run.desk.spent.tokens <= limit.tokens)
            #expect(run.desk.spent.money <= limit.money)
            #expect(run.desk.asleep?.contains("of the run could reach") == true)
            #expect(run.transcript.contains("asleep: "))
        }
    }

    @Test func `asks at once, then every three minutes, and nobody without a price`() throws {
        var silent = desk(.openAI)
        var asked: [Int64] = []
        for minute in Int64(0)..<10 {
            let now = minute * 60_000_000_000
            if let request = silent.tick(at: now, snapshot: { _, _ in SixCoins.flat }).request {
                asked.append(minute)
                #expect(request.deadline_ns == now + 120_000_000_000)
            }
        }
        #expect(asked == [0, 3, 6, 9])
        let settings = DecisionDesk.Settings(
            chat: ChatSettings(provider: .openAI, model: "m", tokensMax: 10),
            template: Nof1Template(
                rules: DecisionRules(), costs: CostNumbers(fee_bps: 0, slippage_bps: 0)),
            prices: PriceTable([]),
            limits: SpendLimits(call: wide, hour: wide, day: wide, run: wide))
        var unpriced = DecisionDesk(settings: settings, seed: 1)
        let outcome = unpriced.tick(at: 0, snapshot: { _, _ in SixCoins.flat })
        #expect(outcome.request == nil && unpriced.asleep == "no price of the model is known")
    }

    @Test func `counts an answer that came too late, and acts on nothing in it`() throws {
        var desk = desk(.openAI)
        let first = try #require(ask(&desk, at: 0))
        let reserved = desk.spent.tokens
        let body = """
            {"choices":[{"message":{"content":"[{'symbol':'BTC','action':'hold'}]"},\
            "finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5}}
            """
        _ = ask(&desk, at: 180_000_000_000)
        let outcome = desk.receive(
            id: first.id, status: 200, retryAfter: nil, body: body.utf8, at: 181_000_000_000,
            now: SixCoins.flat)
        #expect(outcome.verdicts.isEmpty && outcome.request == nil)
        #expect(desk.spent.tokens == reserved + 15)
    }

    private func ask(_ desk: inout DecisionDesk, at time_ns: Int64) -> DecisionDesk.Request? {
        desk.tick(at: time_ns, snapshot: { _, _ in SixCoins.flat }).request
    }
}

@Suite struct `A coin that is watched` {
    @Test func `shows ten rows of what is known, and nothing before it is`() {
        var watch = CoinWatch(
            symbol: "BTC/USDT", name: "BTC", quote: "USDT", priceDecimals: 1, quantityDecimals: 3)
        watch.take(intradayClose: 100, mid: 100.5)
        #expect(watch.snapshot.price == 100 && watch.snapshot.intraday.mids == [100.5])
        #expect(watch.snapshot.intraday.ema20.isEmpty && watch.snapshot.context.ema20 == nil)
        for step in 0..<60 {
            let close = 100 + Double(step)
            watch.take(intradayClose: close, mid: close)
            watch.take(contextHigh: close + 1, low: close - 1, close: close, volume: 2)
            watch.take(openInterest: Double(step))
        }
        let coin = watch.snapshot
        for list in [
            coin.intraday.mids, coin.intraday.ema20, coin.intraday.macd, coin.intraday.rsi7,
            coin.intraday.rsi14, coin.context.macd, coin.context.rsi14,
        ] { #expect(list.count == CoinWatch.rows) }
        #expect(coin.intraday.rsi7.last == 100)
        #expect(coin.context.atr3 == 2 && coin.context.volumeMean == 2)
        #expect(coin.openInterest == 59 && coin.openInterestMean == 54.5)
        #expect(abs((coin.context.ema20 ?? 0) - 149.5) < 0.1)
    }
}
