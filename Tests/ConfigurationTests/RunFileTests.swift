import RialtoConfiguration
import RialtoText
import RialtoValues
import Testing

private let complete = """
    name: four plugins on two coins
    seed: 7
    from: 2019-01-01
    to: 2019-06-30
    batch_limit: 512
    data: ../data
    equity_interval: 1h
    instruments:
      - { name: BTC/USD, interval: 1m, kind: bars }
      - { name: ETH/USD, kind: trades }
    venue:
      fill: { bar_path: high-first, slippage_bps: 0.5 }
      fee_bps: { maker: -1, taker: 10 }
      latency: { order: 20ms, report: 5ms }
      crossing_price: open
    plugins:
      path: [../.build/plugins]
    models:
      - { id: momentum-60, plugin: org.rialto.momentum, parameters: { length: 60 }, enabled: false }
    ensemble: { rule: fixed-share, alpha: 0.01, loss: net-utility, probation: 10, cost_bps: 2.5 }
    accounts:
      - id: main
        currency: USD
        equity: 100000.25
        risk: { max_order_notional: 5000, max_drawdown: 0.3, price_band_bps: 50 }
        strategies:
          - id: sma-btc
            plugin: org.rialto.sma-cross
            capital: 50000
            instruments: [BTC/USD]
            parameters: { fast: 10, slow: 30, quantity: 1 }
            allow_short: true
        execution: { algorithm: shortfall, duration: 10m, aversion: 0.25 }

    """

private let small = """
    instruments: [{ name: BTC/USD, interval: 1m }]
    accounts: [{ id: main, equity: 1000 }]

    """

private func read(_ text: String, _ overrides: [String] = []) throws(ConfigProblems) -> RunFile {
    try RunFile.read(try ConfigDocument(Array(text.utf8), file: "run.yaml", overrides: overrides))
}

private func complaints(_ text: String, _ overrides: [String] = []) -> [String] {
    do throws(ConfigProblems) {
        _ = try read(text, overrides)
        return []
    } catch {
        return error.messages.map { $0.lines.joined(separator: "\n") }
    }
}

@Suite struct `A run file` {
    @Test func `is read whole, money and rates exactly`() throws {
        let run = try read(complete)
        #expect(run.name == "four plugins on two coins" && run.seed == 7 && run.batchLimit == 512)
        #expect(run.from == 1_546_300_800_000_000_000 && run.equityInterval == 3_600_000_000_000)
        #expect(run.instruments.map(\.kind) == [.bars, .trades])
        #expect(run.instruments.map(\.interval) == [60_000_000_000, nil])
        #expect(run.venue.fill.barPath == .highFirst && run.venue.fill.slippage == 50_000)
        #expect(run.venue.fee.maker == -100_000 && run.venue.fee.taker == 1_000_000)
        #expect(run.venue.latency.order == 20_000_000 && run.venue.crossingPrice == .open)
        #expect(run.models[0].parameters == [.init(name: "length", text: "60")])
        #expect(
            !run.models[0].isEnabled && run.ensemble.own.parameters.alpha == 0.01
                && run.ensemble.cost == 250_000)
        let account = run.accounts[0]
        #expect(account.equity == 100_000_250_000_000_000_000_000)
        #expect(account.risk.maxDrawdown == 300_000_000 && account.risk.priceBand == 5_000_000)
        #expect(account.risk.maxPosition == nil && account.strategies[0].allowsShort)
        #expect(account.execution?.rule == .shortfall && account.execution?.aversion == 250_000)
        #expect(account.execution?.duration == 600_000_000_000)
        #expect(run.document.resolved(run.data) == "./../data")
    }

    @Test func `names the models of its venue`() throws {
        let run = try read(
            small + """
                venue:
                  fill: { limit_rule: touch, queue: power-2, volume_share: 0.1 }
                  fee_tiers: [{ from: 0, maker: 1, taker: 2 }, { from: 5, maker: -0.5, taker: 1 }]
                  latency: { order: 1ms, jitter: 2ms, recorded: true }
                  refusals: 0.001
                  faults: { lost: 0.02, doubled: 0.01, late: 0.5, delay: 2s, patience: 1m }

                """)
        #expect(run.venue.fill.limitRule == .touch && run.venue.fill.queue == .square)
        #expect(run.venue.fill.volumeShare == 100_000_000 && run.venue.refusals == 1_000_000)
        #expect(run.venue.latency.jitter == 2_000_000 && run.venue.latency.isRecorded)
        #expect(run.venue.feeTiers.map(\.maker) == [100_000, -50_000])
        #expect(run.venue.faults.lost == 20_000_000 && run.venue.faults.doubled == 10_000_000)
        #expect(run.venue.faults.late == 500_000_000 && run.venue.faults.delay == 2_000_000_000)
        #expect(run.venue.faults.patience == 60_000_000_000)
    }

    @Test(arguments: [
        ("auto", ClockSetting.auto), ("least", .least), ("12ms", .stated(12_000_000)),
        ("-3us", .stated(-3_000)),
    ])
    func `says what of recorded delays is a difference of clocks`(
        text: String, clock: ClockSetting
    ) throws {
        let run = try read(
            small + "venue: { latency: { recorded: true, clock_offset: \(text) } }\n")
        #expect(run.venue.latency.clock == clock)
    }

    @Test func `refuses a clock offset that is none, or that nothing is recorded for`() {
        for text in ["25h", "soon", "5", "--3ms"] {
            let found = complaints(
                small + "venue: { latency: { recorded: true, clock_offset: \(text) } }\n")
            #expect(found.contains { $0.contains("clock_offset was") }, "\(text): \(found)")
        }
        let alone = complaints(small + "venue: { latency: { clock_offset: 3ms } }\n")
        #expect(alone.contains { $0.contains("latency is not as recorded") }, "\(alone)")
    }

    @Test func `says after what silence a series is stale, above its bars' interval`() throws {
        let file = small.replacing("interval: 1m", with: "interval: 1m, stale_after: 5m")
        #expect(try read(file).instruments[0].staleAfter == 300_000_000_000)
        #expect(try read(small).instruments[0].staleAfter == nil)
        let found = complaints(
            small.replacing("interval: 1m", with: "interval: 1m, stale_after: 60s"))
        #expect(found.contains { $0.contains("stale after 60s") }, "\(found)")
    }

    @Test func `refuses a patience in which no order would reach its venue`() {
        let found = complaints(
            small + "venue: { latency: { order: 20s, jitter: 10s }, faults: { lost: 0.1 } }\n")
        #expect(found.contains { $0.contains("venue.faults.patience was 30s") }, "\(found)")
    }

    @Test(arguments: [
        ("[{ from: 1, maker: 1, taker: 2 }]", "venue.fee_tiers[0].from was 1"),
        (
            "[{ from: 0, maker: 1, taker: 2 }, { from: 0, maker: 1, taker: 2 }]",
            "venue.fee_tiers[1].from was 0"
        ),
    ])
    func `refuses fee tiers that do not rise from 0`(tiers: String, message: String) {
        let found = complaints(small + "venue: { fee_tiers: \(tiers) }\n")
        #expect(found.contains { $0.contains(message) }, "\(found)")
    }

    @Test func `has a default for all that is not asked for`() throws {
        let run = try read(small)
        #expect(run.name == "run")
        #expect(run.batchLimit == 4096 && run.seed == 0 && run.from == nil)
        #expect(run.venue.fee.taker == 0 && run.venue.crossingPrice == .close)
        #expect(
            run.ensemble.own.rule == .hedge && run.ensemble.probation == 30 && run.models.isEmpty)
    }

    @Test func `holds the defaults that its documentation names`() throws {
        func written(_ notes: [FieldNote], _ path: String) -> [String] {
            notes.flatMap { note -> [String] in
                let here = path + note.key
                if !note.fields.isEmpty, note.standard.isEmpty {
                    return written(note.fields, here + ".")
                }
                return note.standard.isEmpty || here == "name" ? [] : [here + "=" + note.standard]
            }
        }
        // What is traded is never a default: a list, a universe, or both.
        let chosen = ["instruments", "universe"]
        let overrides = written(
            RunFile.notes.filter { !$0.isRequired && !chosen.contains($0.key) }, "")
        #expect(overrides.contains("venue.crossing_price=close") && overrides.count > 12)
        let (plain, full) = (try read(small), try read(small, overrides))
        #expect(plain.venue == full.venue && plain.ensemble == full.ensemble)
        #expect(plain.seed == full.seed && plain.batchLimit == full.batchLimit)
        #expect(plain.equityInterval == full.equityInterval && plain.data == full.data)
        #expect(plain.plugins == full.plugins && plain.models == full.models)
    }

    @Test func `may choose its instruments by a universe, from an instant on`() throws {
        let text = small.replacing(
            "instruments: [{ name: BTC/USD, interval: 1m }]",
            with: "universe: { top: 50, min_price: 5, adjust: all }")
        #expect(text != small)
        let run = try read(text, ["from=2015-06-01"])
        #expect(run.instruments.isEmpty && run.universe?.top == 50)
        #expect(run.universe?.priceMin == 5_000_000_000_000_000_000)
        #expect(run.universe?.interval == 86_400_000_000_000 && run.universe?.adjust == .all)
        #expect(throws: ConfigProblems.self) { try read(text) }
    }

    @Test func `takes overrides before it is judged`() throws {
        let run = try read(
            complete,
            ["seed=9", "accounts[main].strategies[0].parameters.fast=12", "venue.fee_bps.taker=1"])
        #expect(run.seed == 9 && run.venue.fee.taker == 100_000)
        #expect(run.accounts[0].strategies[0].parameters[0].text == "12")
    }

    @Test func `tells all of its mistakes at once, in the order of lines`() {
        let text = """
            sede: 7
            batch_limit: 5000
            to: yesterday
            instruments: [{ name: BTC/USD, interval: 1m }]
            venue: { fill: { slipage_bps: 1 }, crossing_price: closed }
            accounts:
              - { id: Main, equity: 0 }
              - id: b

            """
        let all =
            "name, seed, from, to, batch_limit, data, equity_interval, instruments, texts, "
            + "universe, currencies, venue, plugins, rollback, models, indicators, record_series, "
            + "ensemble, requests, accounts"
        #expect(
            complaints(text) == [
                "error: run.yaml:1:1: unknown key \"sede\"\n  allowed: \(all)\n"
                    + "  help: did you mean \"seed\"?",
                "error: run.yaml:2:14: batch_limit was \"5000\"\n"
                    + "  allowed: a whole number, 1...4096",
                "error: run.yaml:3:5: to was \"yesterday\"\n"
                    + "  allowed: a time such as 2019-01-01 or 2019-01-01T10:30:00Z",
                "error: run.yaml:5:18: unknown key \"slipage_bps\" in venue.fill\n"
                    + "  allowed: bar_path, slippage_bps, limit_rule, queue, volume_share\n"
                    + "  help: did you mean \"slippage_bps\"?",
                "error: run.yaml:5:52: venue.crossing_price was \"closed\"\n"
                    + "  allowed: close | open | none\n  help: did you mean \"close\"?",
                "error: run.yaml:7:11: accounts[0].id was \"Main\"\n"
                    + "  allowed: 1 to 64 of a-z, 0-9 and . _ -, beginning with a letter or digit",
                "error: run.yaml:7:25: accounts[0].equity was \"0\"\n"
                    + "  allowed: an amount of money above 0, at most 18 decimals",
                "error: run.yaml:8:5: accounts[1].equity is missing\n"
                    + "  allowed: an amount of money above 0, at most 18 decimals\n"
                    + "  help: add the key: cash at the start",
            ])
    }

    @Test(arguments: [
        ("from=2020-01-01", "to was 2019-06-30T00:00:00Z, not after from, 2020-01-01T00:00:00Z"),
        (
            "accounts[0].equity=40000",
            "capital above equity: the strategies of account \"main\" have "
                + "50000 USD, the account has 40000 USD"
        ),
        (
            "accounts[0].strategies[0].instruments[0]=BTC/USB",
            "instrument \"BTC/USB\" is not one of the run"
        ),
        ("instruments[0].interval=", "instruments[0].interval was \"\""),
        ("instruments[0].interval=~", "instruments[0] is bars without an interval"),
        ("instruments[1].interval=1m", "instruments[1] has an interval, but is trades"),
        (
            "instruments[1]={name: BTC/USD, interval: 5m}",
            "instruments[1] names BTC/USD bars a second time"
        ),
        ("models[0].parameters.length=[1]", "models[0].parameters.length was a list"),
        ("models[0].enabled=yes", "models[0].enabled was \"yes\""),
        ("accounts[0].execution.algorithm=pov", "accounts[0].execution.algorithm was \"pov\""),
        ("accounts[0].execution.duration=0s", "accounts[0].execution.duration was \"0s\""),
        ("accounts[0].risk.max_drawdown=1.5", "accounts[0].risk.max_drawdown was \"1.5\""),
        ("venue.fee_bps.taker=0.000001", "venue.fee_bps.taker was \"0.000001\""),
        ("ensemble.eta=nan", "ensemble.eta was \"nan\""),
        ("ensemble.rule=hegde", "ensemble.rule was \"hegde\""),
        ("accounts=[]", "accounts was a list of 0"),
        ("instruments={}", "instruments was a mapping"),
        ("venue=3", "venue was \"3\""),
    ])
    func `is refused when values are wrong or do not fit together`(override: String, text: String) {
        let found = complaints(complete, [override])
        #expect(found.contains { $0.contains(text) }, "\(found)")
    }

    @Test(arguments: [
        ("[BTC/USD]", "{ name: BTC/USD, kind: quotes }", true),
        ("[BTC/USD]", "{ name: BTC/USD, kind: trades }", false),
        ("[ETH/USD]", "{ name: ETH/USD, kind: trades }", false),
        ("[]", "{ name: ETH/USD, kind: book }", false),
    ])
    func `lets a stop measure true ranges only where the venue sees bars`(
        traded: String, second: String, isFine: Bool
    ) {
        let found = complaints(
            complete,
            [
                "accounts[0].strategies[0].protection={ stop: chandelier }",
                "accounts[0].strategies[0].instruments=\(traded)", "instruments[1]=\(second)",
            ])
        let told = found.contains { $0.contains("protection.stop was chandelier") }
        #expect(told == !isFine, "\(found)")
    }

    @Test func `is refused when an id is there twice`() {
        let text = small.replacing("equity: 1000 }", with: "equity: 1 }, { id: main, equity: 1 }")
        #expect(complaints(text).first?.contains("account id \"main\" is there twice") == true)
        #expect(complaints(text).first?.hasPrefix("error: run.yaml:2:") == true)
    }

    @Test func `has a note on every key`() {
        func check(_ notes: [FieldNote]) {
            for note in notes {
                #expect(!note.summary.isEmpty && !note.kind.isEmpty, "\(note.key)")
                check(note.fields)
            }
        }
        check(RunFile.notes)
        #expect(RunFile.notes.count == 20)
    }

    @Test func `never crashes the reader, whatever is cut, flipped or repeated`() {
        for seed in UInt64(0)..<3_000 {
            var random = SeededGenerator(seed: seed)
            var bytes = Array(complete.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) where bytes.count > 8 {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                let end = min(bytes.count, at + Int.random(in: 1...40, using: &random))
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.removeSubrange(at..<end)
                case 1: bytes[at] = UInt8.random(in: 0...255, using: &random)
                case 2: bytes.insert(contentsOf: bytes[at..<end], at: at)
                default:
                    bytes[at] =
                        Array("{}[]:,-&*!|>'\"#%@`\n\t ".utf8).randomElement(using: &random) ?? 0
                }
            }
            do throws(ConfigProblems) {
                let document = try ConfigDocument(bytes, file: "run.yaml")
                _ = try RunFile.read(document)
            } catch {
                #expect(!error.messages.isEmpty, "seed \(seed)")
            }
        }
    }
}
