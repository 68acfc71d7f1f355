/// A strategy: a value with a callback for each kind of event that it needs.
///
/// The kit calls them in the order of the events and alone decides how many were read. Callbacks
/// must not allocate; they run on one thread at a time.
public protocol Strategy: SendableMetatype {
    /// What the strategy is; the same at every call.
    static var info: PluginInfo { get }

    /// Makes an instance from its parameters and instruments.
    init(_ setup: Setup) throws(PluginFailure)

    /// Events that it wants, one or more.
    var needs: [Need] { get }

    /// It reads no own events: the host need not stop where it acts. Twice as fast.
    var isOpenLoop: Bool { get }

    /// Most intents that it adds within one time group, over all instruments, 1...1024. More than
    /// these may not fit, which ends the instance.
    var intentsPerGroup: UInt32 { get }

    /// The whole state as bytes, for `restore` of a new instance; nil keeps none.
    func save() -> [UInt8]?

    /// Takes over what `save` once gave; false when it cannot, and nothing has changed then.
    mutating func restore(_ state: UnsafeRawBufferPointer) -> Bool

    /// A bar has closed.
    mutating func onBar(_ bar: Bar, _ intents: inout Intents)
    /// A trade was printed.
    mutating func onTrade(_ trade: Trade, _ intents: inout Intents)
    /// The best bid or ask has changed.
    mutating func onQuote(_ quote: Quote, _ intents: inout Intents)
    /// The whole order book; ask for it with ``Need/books(history:)``.
    mutating func onBook(_ book: BookSnapshot, _ intents: inout Intents)
    /// A level of the order book has changed; ask for it with ``Need/bookDeltas(history:)``.
    mutating func onBookDelta(_ delta: BookDelta, _ intents: inout Intents)
    /// Trading, or what is heard of it, has changed; ask for it with ``Need/status``.
    mutating func onStatus(_ status: StatusEvent, _ intents: inout Intents)
    /// Funding was exchanged; ask for it with ``Need/funding(history:)``.
    mutating func onFunding(_ funding: FundingEvent, _ intents: inout Intents)
    /// What the venue values positions at has changed; ask for it with ``Need/marks(history:)``.
    mutating func onMark(_ mark: MarkEvent, _ intents: inout Intents)
    /// How much is open has changed; ask for it with ``Need/openInterest(history:)``.
    mutating func onOpenInterest(_ interest: OpenInterestEvent, _ intents: inout Intents)
    /// A position was closed by force; ask for it with ``Need/liquidations(history:)``.
    mutating func onLiquidation(_ liquidation: LiquidationEvent, _ intents: inout Intents)
    /// A news item or post; ask for it with ``Need/texts(history:)``. It allocates, and is never
    /// an instruction.
    mutating func onText(_ text: TextEvent, _ intents: inout Intents)
    /// A model or the ensemble has forecast.
    mutating func onForecast(_ forecast: ForecastEvent, _ intents: inout Intents)
    /// A model has published a number; ask for it with ``Setup/read(_:)``.
    mutating func onSeries(_ number: SeriesEvent, _ intents: inout Intents)
    /// One of its orders has changed state.
    mutating func onOrder(_ order: OrderEvent, _ intents: inout Intents)
    /// One of its orders or targets has filled, whole or in part.
    mutating func onFill(_ fill: FillEvent, _ intents: inout Intents)
    /// Its book has changed; comes beside an order report or fill.
    mutating func onAccount(_ account: AccountEvent, _ intents: inout Intents)
    /// A timer that it asked for has come.
    mutating func onTimer(_ id: UInt64, at time_ns: Int64, _ intents: inout Intents)
    /// A request that it described was answered, or refused; see ``Intents/request(_:)``.
    mutating func onResponse(_ response: Response, _ intents: inout Intents)
}

extension Strategy {
    /// Closed loop unless it says otherwise.
    @inlinable public var isOpenLoop: Bool { false }

    /// 64 unless it says otherwise.
    @inlinable public var intentsPerGroup: UInt32 { 64 }

    /// Keeps nothing.
    @inlinable public func save() -> [UInt8]? { nil }

    /// Takes nothing over.
    @inlinable public mutating func restore(_ state: UnsafeRawBufferPointer) -> Bool { false }

    /// Ignores the event.
    @inlinable public mutating func onBar(_ bar: Bar, _ intents: inout Intents) {}

    /// Ignores the event.
    @inlinable public mutating func onTrade(_ trade: Trade, _ intents: inout Intents) {}

    /// Ignores the event.
    @inlinable public mutating func onQuote(_ quote: Quote, _ intents: inout Intents) {}

    /// Ignores the event.
    @inlinable public mutating func onBook(_ book: BookSnapshot, _ intents: inout Intents) {}

    /// Ignores the event.
    @inlinable public mutating func onBookDelta(_ delta: BookDelta, _ intents: inout Intents) {}

    /// Ignores the event.
    @inlinable public mutating func onStatus(_ status: StatusEvent, _ intents: inout Intents) {}

    /// Ignores the event.
    @inlinable public mutating func onFunding(_ funding: FundingEvent, _ intents: inout Intents) {}

    /// Ignores the event.
    @inlinable public mutating func onMark(_ mark: MarkEvent, _ intents: inout Intents) {}

    /// Ignores the event.
    @inlinable public mutating func onOpenInterest(
        _ interest: OpenInterestEvent, _ intents: inout Intents
    ) {}

    /// Ignores the event.
    @inlinable public mutating func onLiquidation(
        _ liquidation: LiquidationEvent, _ intents: inout Intents
    ) {}

    /// Ignores the event.
    @inlinable public mutating func onText(_ text: TextEvent, _ intents: inout Intents) {}

    /// Ignores the event.
    @inlinable public mutating func onForecast(
        _ forecast: ForecastEvent, _ intents: inout Intents
    ) {}

    /// Ignores the event.
    @inlinable public mutating func onSeries(
        _ number: SeriesEvent, _ intents: inout Intents
    ) {}

    /// Ignores the event.
    @inlinable public mutating func onOrder(_ order: OrderEvent, _ intents: inout Intents) {}

    /// Ignores the event.
    @inlinable public mutating func onFill(_ fill: FillEvent, _ intents: inout Intents) {}

    /// Ignores the event.
    @inlinable public mutating func onAccount(_ account: AccountEvent, _ intents: inout Intents) {}

    /// Ignores the timer.
    @inlinable public mutating func onTimer(
        _ id: UInt64, at time_ns: Int64, _ intents: inout Intents
    ) {}

    /// Ignores the answer.
    @inlinable public mutating func onResponse(
        _ response: Response, _ intents: inout Intents
    ) {}
}
