/// Everything that a prompt is made of, as known at one time. A prompt is a pure function of it.
public struct MarketSnapshot: Hashable, Sendable, Codable {
    /// Unix nanoseconds UTC of the latest thing in it.
    public var asOf_ns: Int64
    /// Whole minutes since the run started.
    public var minutesSinceStart: Int64
    /// How often the model was asked, this time included.
    public var invocation: Int64
    /// In the order of the run.
    public var coins: [Coin]
    /// The instance's own book.
    public var account: Account
    /// How times are shown.
    public var clock = Clock.calendar

    /// How a snapshot shows its time.
    public enum Clock: String, Hashable, Sendable, Codable {
        /// As ISO 8601 in UTC.
        case calendar
        /// `asOf_ns` counts from a neutral start, and is shown in whole minutes.
        case minutes
    }

    public init(
        asOf_ns: Int64, minutesSinceStart: Int64, invocation: Int64, coins: [Coin],
        account: Account
    ) {
        self.asOf_ns = asOf_ns
        self.minutesSinceStart = minutesSinceStart
        self.invocation = invocation
        self.coins = coins
        self.account = account
    }

    /// The time as the prompt states it and the answer must repeat it.
    public var asOf: String {
        switch clock {
        case .calendar: TimeText.iso(time_ns: asOf_ns)
        case .minutes: "minute-\(asOf_ns / 60_000_000_000)"
        }
    }

    /// One instrument. What is not known is nil and is shown as unknown, never as 0.
    public struct Coin: Hashable, Sendable, Codable {
        /// As in the run, such as `BTC/USDT`.
        public var symbol: String
        /// Short, such as `BTC`.
        public var name: String
        /// Currency of its prices.
        public var quote: String
        /// Digits after the point of a price, from the venue's price step, 0...18.
        public var priceDecimals: Int
        /// Digits after the point of a quantity, 0...18.
        public var quantityDecimals: Int
        /// The latest, in the quote currency.
        public var price: Double?
        /// Contracts or base currency.
        public var openInterest: Double?
        /// Over the window that is known.
        public var openInterestMean: Double?
        /// For one funding interval, as a share.
        public var funding: Double?
        /// Of three minutes.
        public var intraday: Intraday
        /// Of four hours.
        public var context: Context

        public init(
            symbol: String, name: String, quote: String, priceDecimals: Int,
            quantityDecimals: Int
        ) {
            self.symbol = symbol
            self.name = name
            self.quote = quote
            self.priceDecimals = priceDecimals
            self.quantityDecimals = quantityDecimals
            intraday = Intraday()
            context = Context()
        }
    }

    /// Rows of three minutes, the oldest first; all lists are equally long or empty.
    public struct Intraday: Hashable, Sendable, Codable {
        /// Between best bid and ask, or the close.
        public var mids: [Double] = []
        /// Exponential mean of 20.
        public var ema20: [Double] = []
        /// Of 12, 26 and 9.
        public var macd: [Double] = []
        /// Of 7, 0...100.
        public var rsi7: [Double] = []
        /// Of 14, 0...100.
        public var rsi14: [Double] = []

        /// None yet.
        public init() {}
    }

    /// Rows of four hours, the oldest first.
    public struct Context: Hashable, Sendable, Codable {
        /// Exponential mean of 20.
        public var ema20: Double?
        /// Exponential mean of 50.
        public var ema50: Double?
        /// Average true range of 3.
        public var atr3: Double?
        /// Average true range of 14.
        public var atr14: Double?
        /// Of the latest bar, in the base currency.
        public var volume: Double?
        /// Mean of the bars that are known.
        public var volumeMean: Double?
        /// Of 12, 26 and 9.
        public var macd: [Double] = []
        /// Of 14, 0...100.
        public var rsi14: [Double] = []

        /// None yet.
        public init() {}
    }

    /// The account of the instance.
    public struct Account: Hashable, Sendable, Codable {
        /// Code of its currency.
        public var currency: String
        /// Since the start, in percent.
        public var returnPercent: Double
        /// That is free.
        public var cash: Double
        /// Cash and positions at the latest prices.
        public var value: Double
        /// Of the run so far, not annualised; nil while it is too short.
        public var sharpe: Double?
        /// Open ones.
        public var positions: [Position]

        public init(
            currency: String, returnPercent: Double, cash: Double, value: Double, sharpe: Double?,
            positions: [Position]
        ) {
            self.currency = currency
            self.returnPercent = returnPercent
            self.cash = cash
            self.value = value
            self.sharpe = sharpe
            self.positions = positions
        }
    }

    /// An open position and its exit plan.
    public struct Position: Hashable, Sendable, Codable {
        /// As in the run.
        public var symbol: String
        /// Above 0 is long, in the base currency.
        public var quantity: Double
        /// Mean price of entry.
        public var entry: Double
        /// At the latest price, in the account's currency.
        public var profit: Double
        /// Notional over margin.
        public var leverage: Double
        /// Kept by the host.
        public var stopLoss: Double?
        /// Kept by the host.
        public var takeProfit: Double?
        /// As the model gave it.
        public var invalidation: String?
        /// The same, as a program checks it; nil where nobody could.
        public var condition: Invalidation?

        public init(
            symbol: String, quantity: Double, entry: Double, profit: Double, leverage: Double,
            stopLoss: Double? = nil, takeProfit: Double? = nil, invalidation: String? = nil,
            condition: Invalidation? = nil
        ) {
            self.symbol = symbol
            self.quantity = quantity
            self.entry = entry
            self.profit = profit
            self.leverage = leverage
            self.stopLoss = stopLoss
            self.takeProfit = takeProfit
            self.invalidation = invalidation
            self.condition = condition
        }
    }
}
