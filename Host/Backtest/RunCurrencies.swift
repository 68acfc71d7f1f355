import RialtoConfiguration
import RialtoEngine
import RialtoLedger
import RialtoText
import RialtoValues

/// The currencies of a run: those of its accounts and instruments, and where their prices in each
/// other come from.
struct RunCurrencies {
    let setup: CurrencySetup
    /// What cannot be converted, and should be.
    private(set) var problems: [HouseMessage] = []
    private let run: RunFile

    init(_ run: RunFile, _ instruments: [Instrument]) {
        self.run = run
        var names: [String] = []
        let balances = run.accounts.flatMap(\.balances).map(\.currency)
        for name in run.accounts.map(\.currency) + instruments.map(\.currency) + balances
        where !names.contains(name) {
            names.append(name)
        }
        var sources: [Rates.Source] = []
        for entry in run.currencies {
            guard let index = instruments.firstIndex(where: { $0.name == entry.from }) else {
                continue
            }
            let instrument = instruments[index]
            guard let base = instrument.name.split(separator: "/").first.map(String.init),
                let from = names.firstIndex(of: base),
                let to = names.firstIndex(of: instrument.currency),
                entry.name == base || entry.name == instrument.currency
            else { continue }
            sources.append(
                Rates.Source(
                    base: from, quote: to, instrument: index, decimals: instrument.priceDecimals))
        }
        setup = CurrencySetup(
            names: names,
            ofInstrument: instruments.map { names.firstIndex(of: $0.currency) ?? 0 },
            sources: sources)
        for (index, account) in run.accounts.enumerated() {
            problems += complaints(account, index, instruments)
        }
    }

    /// Index of a currency.
    func index(of name: String) -> Int { setup.names.firstIndex(of: name) ?? 0 }

    private func isConvertible(_ currency: String, to home: String) -> Bool {
        let from = index(of: currency), to = index(of: home)
        return from == to
            || setup.sources.contains {
                ($0.base == from && $0.quote == to) || ($0.base == to && $0.quote == from)
            }
    }

    private func complaints(
        _ account: AccountEntry, _ index: Int, _ instruments: [Instrument]
    ) -> [HouseMessage] {
        var found: [HouseMessage] = [], told: Set<String> = []
        func complain(_ what: String, _ currency: String, at path: ConfigPath) {
            guard !isConvertible(currency, to: account.currency),
                told.insert(currency).inserted
            else { return }
            let pair = "\(currency)/\(account.currency)"
            found.append(
                run.document.message(
                    at: path,
                    "account \(account.id) counts in \(account.currency), and "
                        + "\(what) \(currency)",
                    help: "say what \(currency) is worth: add \(pair) to instruments, and "
                        + "currencies: [{ name: \(currency), from: \(pair) }]"))
        }
        let place = ConfigPath("accounts").index(index)
        let names = account.strategies.flatMap(\.instruments)
        let tradesAll = account.strategies.contains { $0.instruments.isEmpty }
        for instrument in instruments where tradesAll || names.contains(instrument.name) {
            let isSource = setup.sources.contains {
                instruments[$0.instrument].name == instrument.name
            }
            if isSource, !names.contains(instrument.name) { continue }
            complain(
                "\(instrument.name) settles in", instrument.currency, at: place.key("currency"))
        }
        for (number, balance) in account.balances.enumerated() {
            complain(
                "it holds", balance.currency,
                at: place.key("balances").index(number).key("currency"))
        }
        return found
    }
}
