/// One wish for events.
public struct Need: Sendable {
    let kind: UInt32
    let instrument: UInt32
    let history: UInt32
    let interval_ns: Int64

    /// Bars of every instrument, or of one.
    ///
    /// - Parameters:
    ///   - interval_ns: Length of the bars; 0 is the run's own.
    ///   - history: Bars of warm-up wanted before the run, per instrument.
    public static func bars(
        interval_ns: Int64 = 0, history: UInt32 = 0, instrument: UInt32 = RIALTO_NONE
    )
        -> Need
    {
        Need(
            kind: RIALTO_KIND_BARS, instrument: instrument, history: history,
            interval_ns: interval_ns)
    }

    /// Trades.
    public static func trades(history: UInt32 = 0) -> Need { Need(RIALTO_KIND_TRADES, history) }

    /// Best bids and asks.
    public static func quotes(history: UInt32 = 0) -> Need { Need(RIALTO_KIND_QUOTES, history) }

    /// Whole order books: at the start, after a gap, and where a venue sends nothing else. One
    /// without levels says that the book is not known.
    public static func books(history: UInt32 = 0) -> Need { Need(RIALTO_KIND_BOOKS, history) }

    /// Changes of order books, level by level; mostly wanted together with ``books(history:)``,
    /// which they change.
    public static func bookDeltas(history: UInt32 = 0) -> Need {
        Need(RIALTO_KIND_BOOK_DELTAS, history)
    }

    /// What trading in the instruments, and what is heard of it, comes to: halts, ends, gaps in
    /// what was recorded, silence (`stale_after` of the run file). What holds when a run begins is
    /// told at its first instant.
    public static var status: Need { Need(RIALTO_KIND_STATUS, 0) }

    /// Funding of perpetual contracts, as it is exchanged.
    ///
    /// - Parameter history: Beside other kinds the history that those ask for brings it too.
    public static func funding(history: UInt32 = 0) -> Need { Need(RIALTO_KIND_FUNDING, history) }

    /// What the venue values positions in contracts at, and index prices.
    ///
    /// - Parameter history: Beside other kinds the history that those ask for brings it too.
    public static func marks(history: UInt32 = 0) -> Need { Need(RIALTO_KIND_MARKS, history) }

    /// How much of the contracts is open. `history` as of ``marks(history:)``.
    public static func openInterest(history: UInt32 = 0) -> Need {
        Need(RIALTO_KIND_OPEN_INTEREST, history)
    }

    /// Positions that the venue closed by force. `history` as of ``marks(history:)``.
    public static func liquidations(history: UInt32 = 0) -> Need {
        Need(RIALTO_KIND_LIQUIDATIONS, history)
    }

    /// News and posts about its instruments, and those about none. `history` as of
    /// ``marks(history:)``.
    public static func texts(history: UInt32 = 0) -> Need { Need(RIALTO_KIND_TEXTS, history) }

    /// Forecasts of the models and of the ensemble.
    public static var forecasts: Need { Need(RIALTO_KIND_FORECASTS, 0) }

    /// What became of its orders.
    public static var ownOrders: Need { Need(RIALTO_KIND_OWN_ORDERS, 0) }

    /// Its fills.
    public static var fills: Need { Need(RIALTO_KIND_FILLS, 0) }

    /// Its virtual book, beside each own report.
    public static var account: Need { Need(RIALTO_KIND_ACCOUNT, 0) }

    /// The timers that it asks for.
    public static var timers: Need { Need(RIALTO_KIND_TIMERS, 0) }

    /// Answers to the requests that it describes; see ``Intents/request(_:)``.
    public static var responses: Need { Need(RIALTO_KIND_RESPONSES, 0) }

    private init(kind: UInt32, instrument: UInt32, history: UInt32, interval_ns: Int64) {
        self.kind = kind
        self.instrument = instrument
        self.history = history
        self.interval_ns = interval_ns
    }

    private init(_ kind: UInt32, _ history: UInt32) {
        self.init(kind: kind, instrument: RIALTO_NONE, history: history, interval_ns: 0)
    }

    var c: rialto_need_t {
        rialto_need_t(
            struct_size: UInt32(MemoryLayout<rialto_need_t>.size), kind: kind,
            instrument: instrument,
            history_rows: history, interval_ns: interval_ns)
    }
}
