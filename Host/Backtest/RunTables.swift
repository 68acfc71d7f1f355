import RialtoEngine
import RialtoValues

/// Everything that is kept of a run, as tables: what reports and explanations are made from,
/// whether the run has just ended or comes out of the store.
package struct RunTables: Sendable {
    package let tables: [RunTable]

    package init(_ tables: [RunTable]) { self.tables = tables }

    /// The table of that name; an empty one when there is none.
    package subscript(name: String) -> RunTable {
        tables.first { $0.name == name } ?? RunTable(name, [])
    }

    /// The tables of a run that has just ended.
    package init(_ outcome: BacktestOutcome) {
        let decoded = RunTables.decode(outcome.records) + RunTables.decode(outcome.forecastRecords)
        let plain = RunTables(RunTables.facts(outcome) + decoded + RunTables.weights(outcome))
        tables = plain.tables + [RunCosts.table(plain, outcome.instruments)]
    }

    private static func facts(_ o: BacktestOutcome) -> [RunTable] {
        [
            RunTable(
                "run",
                [
                    ("first_time_ns", .integers([o.firstTime_ns])),
                    ("last_time_ns", .integers([o.lastTime_ns])),
                    ("sampling_ns", .integers([o.sampling_ns])),
                    ("events", .integers([Int64(o.events)])),
                ]),
            RunTable(
                "instruments",
                [
                    ("name", .texts(o.instruments.map(\.name))),
                    ("currency", .texts(o.instruments.map(\.currency))),
                    ("price_decimals", .integers(o.instruments.map { Int64($0.priceDecimals) })),
                    (
                        "quantity_decimals",
                        .integers(o.instruments.map { Int64($0.quantityDecimals) })
                    ),
                    ("multiplier", .integers(o.instruments.map(\.multiplier))),
                    ("first_price", .integers(o.prices.map(\.first))),
                    ("last_price", .integers(o.prices.map(\.last))),
                ]),
            RunTable("accounts", [("id", .texts(o.accounts))]),
            used("instances", o.instances), used("models", o.models),
            used("exchanges", o.exchanges),
            RunTable(
                "failures",
                [
                    ("id", .texts(o.failures.map(\.id))),
                    ("reason", .texts(o.failures.map(\.reason))),
                ]),
            RunTable(
                "texts",
                [
                    ("key", .texts(o.texts.map(\.key))), ("text", .texts(o.texts.map(\.text))),
                ]),
        ]
    }

    private static func used(_ name: String, _ plugins: [UsedPlugin]) -> RunTable {
        RunTable(
            name,
            [
                ("id", .texts(plugins.map(\.instance))),
                ("account", .texts(plugins.map(\.account))),
                ("plugin", .texts(plugins.map(\.id))), ("version", .texts(plugins.map(\.version))),
                ("language", .texts(plugins.map(\.language))),
                ("sha256", .texts(plugins.map(\.sha256))),
            ])
    }

    private static func weights(_ o: BacktestOutcome) -> [RunTable] {
        guard let ensemble = o.ensemble else { return [] }
        var columns: [(name: String, values: RunColumn)] = [
            ("time_ns", .integers(ensemble.weights.map(\.time_ns)))
        ]
        for (index, model) in ensemble.models.enumerated() {
            let values = ensemble.weights.map { index < $0.weights.count ? $0.weights[index] : 0 }
            columns.append((model.id, .numbers(values)))
        }
        let models = ensemble.models
        let scores = RunTable(
            "scores",
            [
                ("model", .texts(models.map(\.id))),
                ("rounds", .integers(models.map { Int64($0.rounds) })),
                ("weight_start", .numbers(models.map { $0.weightStart ?? .nan })),
                ("weight_end", .numbers(models.map(\.weightEnd))),
                ("mean_loss", .numbers(models.map { $0.meanLoss ?? .nan })),
                ("faults", .integers(models.map { Int64($0.faults) })),
            ])
        let mixture = RunTable(
            "ensemble",
            [
                ("rounds", .integers([Int64(ensemble.rounds)])),
                ("mean_loss", .numbers([ensemble.meanLoss ?? .nan])),
                ("uniform_mean_loss", .numbers([ensemble.uniformMeanLoss ?? .nan])),
                ("best_single", .integers([Int64(ensemble.bestSingle ?? -1)])),
            ])
        return [RunTable("weights", columns), scores, mixture]
    }

    // MARK: Records

    /// Name of each word of a record; `_wide` takes two words, `_bits` is a double.
    private static let layout: [RecordKind: (name: String, words: [String])] = [
        .intent: (
            "intents",
            [
                "time_ns", "account", "instance", "sequence", "kind", "instrument", "terms",
                "order_id",
                "quantity", "price", "trigger", "stop", "take_profit", "reason", "text",
            ]
        ),
        .order: (
            "orders",
            [
                "time_ns", "order", "account", "instance", "purpose", "instrument", "terms",
                "quantity",
                "price", "trigger", "intent", "market",
            ]
        ),
        .orderState: (
            "order_states", ["time_ns", "order", "state", "reason", "filled", "market"]
        ),
        .parent: (
            "parents",
            [
                "time_ns", "parent", "account", "instance", "instrument", "side", "algorithm",
                "quantity", "price", "market", "order_id", "intent",
            ]
        ),
        .child: ("children", ["order", "parent"]),
        .parentState: (
            "parent_states", ["time_ns", "parent", "state", "reason", "filled", "market"]
        ),
        .fill: (
            "fills",
            [
                "time_ns", "venue_time_ns", "fill", "order", "account", "instrument", "side",
                "price",
                "quantity", "fee_wide", "position", "cash_wide", "reference",
            ]
        ),
        .share: (
            "shares",
            [
                "fill", "instance", "quantity", "fee_wide", "position", "cash_wide", "intent",
            ]
        ),
        .crossing: (
            "crossings",
            [
                "time_ns", "crossing", "account", "instrument", "instance", "quantity", "price",
                "position", "cash_wide", "intent",
            ]
        ),
        .equity: ("equity", ["time_ns", "account", "instance", "equity_wide", "cash_wide"]),
        .event: ("events", ["time_ns", "account", "instance", "code"]),
        .refusal: (
            "refusals", ["time_ns", "account", "instance", "instrument", "quantity", "reason"]
        ),
        .forecast: (
            "forecasts",
            [
                "time_ns", "model", "instrument", "kind", "horizon_ns", "value_bits",
                "deviation_bits",
                "confidence_bits", "weight_bits",
            ]
        ),
        .price: ("prices", ["time_ns", "instrument", "price"]),
        .opinion: ("opinions", ["time_ns", "instrument", "probability_bits", "awake"]),
    ]

    /// Takes a stream of records apart into one table for each kind that occurs in it.
    package static func decode(_ words: ContiguousArray<Int64>) -> [RunTable] {
        var starts: [RecordKind: [Int]] = [:]
        var at = 0
        while at < words.count {
            let length = Int(words[at] & 0xFFFF_FFFF)
            if let kind = RecordKind(rawValue: words[at] >> 32) {
                starts[kind, default: []].append(at + 1)
            }
            at += length + 1
        }
        return RecordKind.allCases.compactMap { kind in
            guard let rows = starts[kind], let shape = layout[kind] else { return nil }
            return table(shape.name, shape.words, rows, words)
        }
    }

    private static func table(
        _ name: String, _ names: [String], _ rows: [Int], _ words: ContiguousArray<Int64>
    ) -> RunTable {
        var columns: [(name: String, values: RunColumn)] = []
        var offset = 0
        for name in names {
            if name.hasSuffix("_wide") {
                let values = rows.map {
                    joined(low: words[$0 + offset], high: words[$0 + offset + 1])
                }
                columns.append((String(name.dropLast(5)), .wide(values)))
                offset += 2
            } else if name.hasSuffix("_bits") {
                let values = rows.map { Double(bitPattern: UInt64(bitPattern: words[$0 + offset])) }
                columns.append((String(name.dropLast(5)), .numbers(values)))
                offset += 1
            } else {
                columns.append((name, .integers(rows.map { words[$0 + offset] })))
                offset += 1
            }
        }
        return RunTable(name, columns)
    }
}
