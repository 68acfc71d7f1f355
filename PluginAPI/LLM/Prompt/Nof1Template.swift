/// The layout of the Alpha Arena: minutes since start, time and invocation, one block for each
/// coin, the account last. Arrays run from the oldest to the newest.
public struct Nof1Template: Hashable, Sendable {
    /// Name and version; a change of one character needs another version.
    public static let id = "nof1/1"

    /// What the model is told of its limits.
    public let rules: DecisionRules
    /// What the model is told of its costs.
    public let costs: CostNumbers

    public init(rules: DecisionRules, costs: CostNumbers) {
        self.rules = rules
        self.costs = costs
    }

    /// Returns the prompt of a snapshot.
    public func prompt(of snapshot: MarketSnapshot) -> Prompt {
        Prompt(template: Nof1Template.id, system: system, user: user(snapshot), form: .decisions)
    }

    private var system: String {
        let share = FixedText.number(rules.sizeFractionMax, decimals: 2)
        let total = FixedText.number(rules.sizeFractionTotalMax, decimals: 2)
        let near = FixedText.number(rules.stopDistanceMin * 100, decimals: 2)
        let far = FixedText.number(rules.stopDistanceMax * 100, decimals: 2)
        let fee = FixedText.number(costs.fee_bps, decimals: 2)
        let slippage = FixedText.number(costs.slippage_bps, decimals: 2)
        let ratio =
            rules.rewardOverRiskMin > 0
            ? "- reward over risk: at least "
                + FixedText.number(rules.rewardOverRiskMin, decimals: 2) + "\n" : ""
        return """
            You trade the coins below on one account. Your goal is return after costs, at a risk \
            that you state.

            Limits:
            - leverage: 1 to \(FixedText.number(rules.leverageMax, decimals: 1))
            - margin of one position: at most \(share) of equity; of all together: \(total)
            - stop_loss: \(rules.requiresStop ? "required" : "optional"), \(near) % to \(far) % \
            from the price
            \(ratio)- shorts: \(rules.allowsShort ? "allowed" : "not allowed")
            - with an open position: hold, reduce or close it; never add to it
            - a position must be closed before the other direction is opened
            Costs: fee \(fee) bps of notional each way, slippage about \(slippage) bps.

            Actions: open_long, open_short, close, reduce, hold. Hold is fine: most of the time \
            there is nothing to do.
            size_fraction_of_equity is margin over equity; notional is margin times leverage. \
            For reduce it is the share of the position to close.
            prob_up is your probability that the price is higher after horizon_minutes.
            Answer with one JSON object of the given schema and nothing else. Repeat as_of \
            exactly. One decision for each coin.

            """
    }

    private func user(_ snapshot: MarketSnapshot) -> String {
        """
        It has been \(snapshot.minutesSinceStart) minutes since you started trading. \
        The current time is \(snapshot.asOf) (as_of), and you have been invoked \
        \(snapshot.invocation) times.

        ALL PRICE AND SIGNAL DATA BELOW IS ORDERED: OLDEST → NEWEST
        Intraday rows are 3 minutes apart unless a title says otherwise.

        CURRENT MARKET STATE FOR ALL COINS

        \(snapshot.coins.map(block).joined())\
        ACCOUNT INFORMATION AND PERFORMANCE

        \(account(snapshot))
        Remember: repeat as_of \(snapshot.asOf), one decision for each coin, hold is fine, JSON \
        only.

        """
    }

    // MARK: coins

    private func block(_ coin: MarketSnapshot.Coin) -> String {
        let price = decimals(of: coin)
        return """
            ALL \(coin.name) DATA (\(coin.symbol), prices in \(coin.quote))
            current_price = \(FixedText.number(coin.price, decimals: price)), \
            current_ema20 = \(last(coin.intraday.ema20, price)), \
            current_macd = \(last(coin.intraday.macd, price + 1)), \
            current_rsi (7 period) = \(last(coin.intraday.rsi7, 3))

            Open interest (\(coin.name)): Latest: \(number(coin.openInterest, 2)) \
            Average: \(number(coin.openInterestMean, 2))
            Funding rate (share per interval): \(number(coin.funding, 8))

            Intraday series (3 minutes, oldest → newest):
            Mid prices (\(coin.quote)): \(list(coin.intraday.mids, price))
            EMA (20 period, \(coin.quote)): \(list(coin.intraday.ema20, price))
            MACD (\(coin.quote)): \(list(coin.intraday.macd, price + 1))
            RSI (7 period): \(list(coin.intraday.rsi7, 3))
            RSI (14 period): \(list(coin.intraday.rsi14, 3))

            \(context(coin, price))


            """
    }

    private func context(_ coin: MarketSnapshot.Coin, _ price: Int) -> String {
        let longer = coin.context
        return """
            Longer-term context (4 hours, oldest → newest):
            EMA (\(coin.quote)): 20 period: \(number(longer.ema20, price)) \
            vs. 50 period: \(number(longer.ema50, price))
            ATR (\(coin.quote)): 3 period: \(number(longer.atr3, price)) \
            vs. 14 period: \(number(longer.atr14, price))
            Volume (\(coin.name)): Current: \(number(longer.volume, 3)) \
            vs. Average: \(number(longer.volumeMean, 3))
            MACD (\(coin.quote)): \(list(longer.macd, price + 1))
            RSI (14 period): \(list(longer.rsi14, 3))
            """
    }

    /// The venue's decimals, or more where a price would lose its digits.
    private func decimals(of coin: MarketSnapshot.Coin) -> Int {
        guard let price = coin.price else { return min(coin.priceDecimals, 17) }
        return min(17, max(coin.priceDecimals, FixedText.decimals(for: price, significant: 5)))
    }

    private func number(_ value: Double?, _ decimals: Int) -> String {
        FixedText.number(value, decimals: decimals)
    }

    private func last(_ values: [Double], _ decimals: Int) -> String {
        FixedText.number(values.last, decimals: decimals)
    }

    private func list(_ values: [Double], _ decimals: Int) -> String {
        FixedText.list(values, decimals: decimals)
    }

    // MARK: account

    private func account(_ snapshot: MarketSnapshot) -> String {
        let account = snapshot.account
        let positions = account.positions.map { position($0, snapshot) }
        return """
            Total return (percent): \(number(account.returnPercent, 2))
            Available cash (\(account.currency)): \(number(account.cash, 2))
            Account value (\(account.currency)): \(number(account.value, 2))
            Sharpe ratio: \(number(account.sharpe, 3))
            Open positions: \(positions.isEmpty ? "none\n" : "\n" + positions.joined())
            """
    }

    private func position(
        _ position: MarketSnapshot.Position, _ snapshot: MarketSnapshot
    ) -> String {
        let coin = snapshot.coins.first { $0.symbol == position.symbol }
        let price = coin.map(decimals) ?? 2
        let plan = [
            "take_profit \(number(position.takeProfit, price))",
            "stop_loss \(number(position.stopLoss, price))",
            "invalidation \(position.invalidation ?? "none")",
        ]
        return """
            - \(position.symbol): \
            quantity \(number(position.quantity, coin?.quantityDecimals ?? 8)), \
            entry \(number(position.entry, price)), \
            unrealised profit (\(snapshot.account.currency)) \(number(position.profit, 2)), \
            leverage \(number(position.leverage, 1)); exit plan: \(plan.joined(separator: ", "))

            """
    }
}
