/// Which column of a file holds which field.
///
/// Fields are named as in ``SeriesKind/fields``; `buyer_is_maker` stands for the taker's side of
/// trades, read the other way round.
package enum ColumnMap: Equatable, Sendable {
    /// The file names its columns. Fields that are not given are guessed from common names,
    /// whatever the case of their letters.
    case names([String: String])
    /// The file has no header: columns by number, from 1. Nothing is guessed.
    case positions([String: Int])

    package static let makerField = "buyer_is_maker"

    /// Column names that are taken for a field, best first.
    private static let guesses: [String: [String]] = [
        "time": [
            "time", "recv_ts_ns", "time_ns", "ts_ns", "ts_us", "ts_ms", "ts", "timestamp",
            "datetime",
            "date", "date_time", "open_time", "opentime", "close_time", "closetime", "time_ms",
            "timestamp_ms", "unix", "unix_time", "create_time", "t",
            "",  // How pandas writes the index of a table.
        ],
        "open": ["open", "o", "open_price"], "high": ["high", "h", "high_price"],
        "low": ["low", "l", "low_price"], "close": ["close", "c", "close_price", "last"],
        "volume": ["volume", "vol", "v", "tick_volume", "base_volume"],
        "venue_time": [
            "venue_time", "venue_time_ns", "trade_ts_ms", "exchange_time", "event_ts_ms",
            "exchange_ts", "event_time",
        ],
        "price": ["price", "p", "last_price", "trade_price"],
        "quantity": ["quantity", "qty", "size", "amount", "q", "volume", "trade_size"],
        "side": ["side", "taker_side", "aggressor", "direction", "type"],
        "mark_price": ["mark_price", "markprice", "mark", "mark_px"],
        "index_price": ["index_price", "indexprice", "index_px", "oracle_price"],
        "open_interest": ["open_interest", "openinterest", "sum_open_interest", "oi"],
        "stream": ["stream", "kind"], "missed": ["missed", "count"],
        "flags": ["flags"], "sequence": ["sequence", "update_id"],
        "buyer_is_maker": ["buyer_is_maker", "is_buyer_maker", "isbuyermaker", "m"],
        "bid": ["bid", "bid_price", "bidprice", "best_bid", "b"],
        "ask": ["ask", "ask_price", "askprice", "best_ask", "offer", "a"],
        "bid_quantity": [
            "bid_quantity", "bid_qty", "bid_size", "bidsize", "bid_volume", "bid_amount",
        ],
        "ask_quantity": [
            "ask_quantity", "ask_qty", "ask_size", "asksize", "ask_volume", "ask_amount",
        ],
    ]

    /// Finds the columns of a kind's fields.
    ///
    /// - Parameter header: The file's column names; empty for positions.
    /// - Throws: ``HistoryError`` of kind `missingColumn`, or `option` for a field that no kind
    ///   has.
    func bound(_ kind: SeriesKind, header: [String]) throws(HistoryError) -> [BoundColumn] {
        let names = header.map { Self.plain($0) }
        let known = kind.fields.map(\.name) + (kind == .trades ? [Self.makerField] : [])
        try refuseUnknown(known)
        var columns: [BoundColumn] = []
        for (slot, field) in kind.fields.enumerated() {
            var column = try column(field.name, in: names, header)
            var isReversed = false
            if kind == .trades, field.role == .takerSide, column == nil || isGiven(Self.makerField)
            {
                let maker = try self.column(Self.makerField, in: names, header)
                isReversed = maker != nil
                column = maker ?? column
            }
            if let column {
                columns.append(
                    BoundColumn(
                        slot: slot, role: field.role, isRequired: field.isRequired, column: column,
                        isReversed: isReversed))
            } else if field.isRequired {
                throw Self.missing(field.name, header)
            }
        }
        return columns
    }

    private func isGiven(_ field: String) -> Bool {
        switch self {
        case .names(let names): names[field] != nil
        case .positions(let positions): positions[field] != nil
        }
    }

    private func column(
        _ field: String, in names: [String], _ header: [String]
    )
        throws(HistoryError) -> Int?
    {
        switch self {
        case .positions(let positions):
            guard let position = positions[field] else { return nil }
            guard (1...FieldSplitter.columnsMax).contains(position) else {
                throw HistoryError(
                    .option, "the column of \(field) is out of range", field: field,
                    found: String(position), allowed: "1...\(FieldSplitter.columnsMax)")
            }
            return position - 1
        case .names(let given):
            if let name = given[field] {
                guard
                    let index = header.firstIndex(of: name)
                        ?? names.firstIndex(of: Self.plain(name))
                else { throw Self.missing(field, named: name, header) }
                return index
            }
            for guess in Self.guesses[field] ?? [] {
                if let index = names.firstIndex(of: guess) { return index }
            }
            return nil
        }
    }

    private func refuseUnknown(_ known: [String]) throws(HistoryError) {
        let given: [String] =
            switch self {
            case .names(let names): names.keys.sorted()
            case .positions(let positions): positions.keys.sorted()
            }
        for field in given where !known.contains(field) {
            throw HistoryError(
                .option, "import refused: a column was given for a field that the rows do not have",
                field: field, allowed: known.joined(separator: ", "))
        }
    }

    private static func plain(_ name: String) -> String {
        String(name.lowercased().map { $0 == " " || $0 == "-" ? "_" : $0 })
    }

    private static func missing(
        _ field: String, named name: String? = nil, _ header: [String]
    )
        -> HistoryError
    {
        let shown = header.prefix(30).map { $0.isEmpty ? "(no name)" : String($0.prefix(40)) }
        let found = header.isEmpty ? nil : "columns " + shown.joined(separator: ", ")
        let what = name.map { "column named \($0)" } ?? "column for \(field)"
        return HistoryError(
            .missingColumn, "import refused: there is no \(what)", field: field, found: found,
            help: help(field, header))
    }

    /// The next step, by what the header looks like.
    private static func help(_ field: String, _ header: [String]) -> String {
        if header.isEmpty { return "say which column it is: --position \(field)=N, from 1" }
        if header.count == 1, header[0].contains(";") {
            return "semicolons seem to part the columns: add --delimiter semicolon"
        }
        if header.count == 1, header[0].contains("\t") {
            return "tabs seem to part the columns: add --delimiter tab"
        }
        if header.contains(where: { Double($0) != nil }) {
            return "the first line looks like data: without a header, say --position \(field)=N"
        }
        return "name the column that holds it: --column \(field)=NAME"
    }
}

/// One field and the column that holds it.
///
/// Plain numbers only: it is read once per field and row, where a name would cost a reference
/// count.
struct BoundColumn: Equatable {
    /// Place in ``SeriesKind/fields``.
    let slot: Int
    let role: SeriesField.Role
    let isRequired: Bool
    /// From 0.
    let column: Int
    /// Whether the column says that the buyer was the maker.
    let isReversed: Bool
}
