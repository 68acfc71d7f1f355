import RialtoEngine
import RialtoEnsemble
import RialtoHistory
import RialtoPluginHost
import RialtoValues

/// Everything that is kept of a run, as tables: what reports and explanations are made from,
/// whether the run has just ended or comes out of the store.
package struct RunTables {
    package let tables: [RunTable]

    /// Where the columns of a run that has just ended lie; nil for one out of the store.
    private let scratch: ScratchMemory?

    package init(_ tables: [RunTable]) {
        self.tables = tables
        scratch = nil
    }

    /// Lets go of what is resident of the columns; they can still be read.
    package func release() { scratch?.releaseAll() }

    /// The table of that name; an empty one when there is none.
    package subscript(name: String) -> RunTable {
        tables.first { $0.name == name } ?? RunTable(name, [])
    }

    /// The tables of a run that has just ended. Their columns lie where its records do.
    ///
    /// - Throws: ``BacktestError`` when the disk has no room for them.
    package init(_ outcome: BacktestOutcome) throws(BacktestError) {
        let decoded: [RunTable]
        do throws(HistoryError) {
            decoded =
                try RunTables.decode(outcome.records)
                + RunTables.decode(RunRecords(outcome.forecastRecords))
                + RunTables.decode(RunRecords(outcome.scoreRecords))
        } catch { throw BacktestError(scratch: error) }
        scratch = outcome.records.scratch
        let plain = RunTables(RunTables.facts(outcome) + decoded + RunTables.weights(outcome))
        tables = plain.tables + [RunCosts.table(plain)]
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
            instruments(o.instruments, prices: o.prices),
            RunTable(
                "accounts",
                [("id", .texts(o.accounts)), ("currency", .texts(o.accountCurrencies))]),
            RunTable(
                "conversions",
                [
                    ("base", .texts(o.currencies.sources.map { o.currencies.names[$0.base] })),
                    ("quote", .texts(o.currencies.sources.map { o.currencies.names[$0.quote] })),
                    (
                        "instrument",
                        .integers(o.currencies.sources.map { Int64($0.instrument) })
                    ),
                ]),
            used("instances", o.instances), used("models", o.models),
            used("exchanges", o.exchanges), versions(o.versionChanges),
            RunTable(
                "failures",
                [
                    ("id", .texts(o.failures.map(\.id))),
                    ("reason", .texts(o.failures.map(\.reason))),
                ]),
            RunTable("overrides", [("text", .texts(o.overrides))]),
            RunTable(
                "texts",
                [
                    ("key", .texts(o.texts.map(\.key))), ("text", .texts(o.texts.map(\.text))),
                ]),
        ]
    }

    /// What is known of each instrument, and its first and last price within the run.
    package static func instruments(
        _ instruments: [Instrument], prices: [(first: Int64, last: Int64)]
    ) -> RunTable {
        RunTable(
            "instruments",
            [
                ("name", .texts(instruments.map(\.name))),
                ("currency", .texts(instruments.map(\.currency))),
                ("price_decimals", .integers(instruments.map { Int64($0.priceDecimals) })),
                ("quantity_decimals", .integers(instruments.map { Int64($0.quantityDecimals) })),
                ("multiplier", .integers(instruments.map(\.multiplier))),
                ("kind", .integers(instruments.map { Int64($0.kind.rawValue) })),
                ("first_price", .integers(prices.map(\.first))),
                ("last_price", .integers(prices.map(\.last))),
            ])
    }

    /// Plugins that were not taken from the search path, and why.
    private static func versions(_ changes: [VersionChange]) -> RunTable {
        RunTable(
            "versions",
            changes.isEmpty
                ? []
                : [
                    ("plugin", .texts(changes.map(\.plugin))),
                    ("version", .texts(changes.map(\.version))),
                    ("digest", .texts(changes.map(\.digest))),
                    ("reason", .texts(changes.map(\.reason))),
                ])
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
                ("engines", .texts(plugins.map { $0.engines.joined(separator: " ") })),
                ("tier", .texts(plugins.map { $0.isSandboxed ? "sandboxed" : "in process" })),
                ("in_sample", .integers(plugins.map { $0.isInSample ? 1 : 0 })),
            ])
    }

    private static func weights(_ o: BacktestOutcome) -> [RunTable] {
        guard let ensemble = o.ensemble else { return [] }
        let models = ensemble.models
        var columns: [(name: String, values: RunColumn)] = [
            ("model", .texts(models.map(\.id))),
            ("rounds", .integers(models.map { Int64($0.rounds) })),
            ("weight_start", .numbers(models.map { $0.weightStart ?? .nan })),
            ("weight_end", .numbers(models.map(\.weightEnd))),
            ("mean_loss", .numbers(models.map { $0.meanLoss ?? .nan })),
            ("faults", .integers(models.map { Int64($0.faults) })),
        ]
        let positions = models.compactMap(\.positionWeightEnd)
        let isApart = !positions.isEmpty
        if isApart { columns.append(("position_weight_end", .numbers(positions))) }
        let mixture = RunTable(
            "ensemble",
            [
                ("rounds", .integers([Int64(ensemble.rounds)])),
                ("mean_loss", .numbers([ensemble.meanLoss ?? .nan])),
                ("uniform_mean_loss", .numbers([ensemble.uniformMeanLoss ?? .nan])),
                ("best_single", .integers([Int64(ensemble.bestSingle ?? -1)])),
            ])
        var tables = [
            points("weights", ensemble.weights, ensemble), RunTable("scores", columns), mixture,
        ]
        if isApart { tables.append(points("position_weights", ensemble.positionWeights, ensemble)) }
        return tables
    }

    /// Weights over time, a column for each model.
    private static func points(
        _ name: String, _ points: [WeightPoint], _ ensemble: EnsembleSummary
    ) -> RunTable {
        var columns: [(name: String, values: RunColumn)] = [
            ("time_ns", .integers(points.map(\.time_ns)))
        ]
        for (index, model) in ensemble.models.enumerated() {
            let values = points.map { index < $0.weights.count ? $0.weights[index] : 0 }
            columns.append((model.id, .numbers(values)))
        }
        return RunTable(name, columns)
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
        .payment: (
            "payments",
            [
                "time_ns", "account", "instance", "instrument", "kind", "amount_wide", "position",
                "cash_wide", "before",
            ]
        ),
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
        .message: ("messages", ["time_ns", "order", "event", "what", "detail"]),
        .price: ("prices", ["time_ns", "instrument", "price"]),
        .opinion: ("opinions", ["time_ns", "instrument", "probability_bits", "awake"]),
        .score: (
            "ledger",
            [
                "round", "time_ns", "issued_ns", "model", "instrument", "horizon_ns", "kind",
                "value_bits", "probability_bits", "confidence_bits", "weight_bits", "outcome_bits",
                "loss_bits", "cost_bits", "regime", "flags", "utility_loss_bits",
                "position_weight_bits", "latency_ns", "evidence_bits",
            ]
        ),
        .capital: (
            "capital",
            [
                "time_ns", "account", "instance", "worth_wide", "moved_wide", "growth_bits",
                "loss_bits", "wanted_bits", "forgone_bits", "cost_bits", "ended",
            ]
        ),
        .membership: ("registry", ["rounds", "change", "model", "prior_bits"]),
        .response: (
            "responses",
            [
                "time_ns", "account", "instance", "request", "status", "latency_ns", "size", "text",
            ]
        ),
        .series: ("series", ["time_ns", "model", "series", "instrument", "value_bits"]),
    ]

    /// Takes a stream of records apart into one table for each kind that occurs in it.
    ///
    /// - Parameter words: Whole records, one behind the other. For short runs.
    package static func decode(
        _ words: ContiguousArray<Int64>
    ) throws(HistoryError) -> [RunTable] {
        let kept = KeptRecords(in: ScratchMemory(folders: ["/var/tmp", "/tmp"]))
        words.withUnsafeBufferPointer { all in
            var at = 0
            while at < all.count {
                let next = at + Int(all[at] & 0xFFFF_FFFF) + 1
                kept.sink(UnsafeBufferPointer(rebasing: all[at..<next]))
                at = next
            }
        }
        if let failure = kept.failure { throw failure }
        return try decode(RunRecords(kept))
    }

    /// Takes a stream of records apart into one table for each kind that occurs in it.
    private static func decode(_ records: RunRecords) throws(HistoryError) -> [RunTable] {
        var made: [TableBuilder?] = Array(repeating: nil, count: layout.count + 1)
        for kind in RecordKind.allCases where records.count(of: kind) > 0 {
            guard let shape = layout[kind] else { continue }
            made[Int(kind.rawValue)] = try TableBuilder(
                shape.name, shape.words, rows: records.count(of: kind), in: records.scratch)
        }
        try records.forEach(
            { kind, words in made[Int(kind.rawValue)]?.append(words) },
            pageEnd: { for table in made { table?.release() } })
        return made.compactMap { $0?.table }
    }
}

/// One table while it is filled with the records of its kind.
private struct TableBuilder {
    private struct Column {
        let name: String
        /// Place of its first word in a record.
        let offset: Int
        let words: Int
        let isNumber: Bool
        let start: UnsafeMutablePointer<Int64>
    }

    private let name: String
    private let columns: [Column]
    private let rows: Int
    private let scratch: ScratchMemory
    private var count = 0

    /// - Parameter names: As in `RunTables.layout`.
    init(
        _ name: String, _ names: [String], rows: Int, in scratch: ScratchMemory
    ) throws(HistoryError) {
        var columns: [Column] = [], offset = 0
        for name in names {
            let isWide = name.hasSuffix("_wide"), isNumber = name.hasSuffix("_bits")
            let words = isWide ? 2 : 1
            // A wide value needs the alignment of 16 bytes that columns have.
            let start = try scratch.column(rows * words, of: Int64.self)
            columns.append(
                Column(
                    name: isWide || isNumber ? String(name.dropLast(5)) : name, offset: offset,
                    words: words, isNumber: isNumber, start: start))
            offset += words
        }
        self.name = name
        self.columns = columns
        self.rows = rows
        self.scratch = scratch
    }

    mutating func append(_ words: UnsafePointer<Int64>) {
        precondition(count < rows, "rows were counted before")
        for column in columns {
            // The low word of a wide amount comes first in a record and in memory.
            for word in 0..<column.words {
                (column.start + count * column.words + word).initialize(
                    to: words[column.offset + word])
            }
        }
        count += 1
    }

    /// Lets go of what has been written.
    func release() {
        for column in columns {
            scratch.release(column.start, bytes: count * column.words * 8)
        }
    }

    var table: RunTable {
        RunTable(
            name,
            columns.map { column in
                let start = UnsafeRawPointer(column.start)
                if column.words == 2 {
                    let values = start.assumingMemoryBound(to: Int128.self)
                    return (column.name, .wide(KeptColumn(values, count: count, owner: scratch)))
                }
                if column.isNumber {
                    let values = start.assumingMemoryBound(to: Double.self)
                    return (column.name, .numbers(KeptColumn(values, count: count, owner: scratch)))
                }
                let values = start.assumingMemoryBound(to: Int64.self)
                return (column.name, .integers(KeptColumn(values, count: count, owner: scratch)))
            })
    }
}
