import RialtoBinding
import RialtoConfiguration
import RialtoEngine
import RialtoPluginHost
import RialtoText
import RialtoValues

/// The plugins of a run, loaded and made into instances.
struct Cast {
    struct Strategy {
        /// Index of the account and of the entry within it.
        let account: Int
        let entry: Int
        let instruments: [Int]
        let instance: any RunningStrategy
        let manifest: Manifest

        func used(instance id: String, account: String) -> UsedPlugin {
            UsedPlugin(
                instance: id, account: account, id: instance.description.id, kind: .strategy,
                version: instance.description.version, language: manifest.language,
                sha256: manifest.sha256, packageDigest: manifest.digest,
                engines: manifest.engines ?? [],
                isSandboxed: instance.isSandboxed)
        }
    }

    struct Model {
        let id: String
        let instruments: [Int]
        let instance: any RunningModel
        let language: String
        let sha256: String
        /// Empty for a function of a bound library, which is no package.
        let packageDigest: String
        let engines: [String]
        var isInSample = false

        var used: UsedPlugin {
            UsedPlugin(
                instance: id, account: "", id: instance.description.id, kind: .model,
                version: instance.description.version, language: language,
                sha256: sha256, packageDigest: packageDigest, engines: engines,
                isSandboxed: instance.isSandboxed, isInSample: isInSample)
        }
    }

    private(set) var strategies: [Strategy] = []
    private(set) var models: [Model] = []
    /// The venue's exchange plugin, one instance for each account; empty without one.
    private(set) var exchanges: [ExchangeInstance] = []
    private var exchangeManifest: Manifest?
    let currencies: RunCurrencies
    /// Who publishes which named series.
    private(set) var series = SeriesPlan(models: [], strategies: [])
    private var shelf: PluginShelf
    private let run: RunFile
    private let data: RunData

    /// Makes every instance of the run; tells all that fails at once.
    init(_ run: RunFile, _ shelf: PluginShelf, _ data: RunData) throws(BacktestError) {
        self.run = run
        self.shelf = shelf
        self.shelf.market = data.publication.market
        self.data = data
        currencies = RunCurrencies(run, data.instruments)
        var problems = currencies.problems
        for (account, entry) in run.accounts.enumerated() {
            problems += marginProblems(entry, account)
            for index in entry.strategies.indices {
                problems += addStrategy(account, index)
            }
        }
        for index in run.models.indices where run.models[index].isEnabled {
            problems += addModel(index)
        }
        for index in run.indicators.indices { problems += addIndicator(index) }
        if let id = run.venue.plugin { problems += addExchange(id) }
        if problems.isEmpty {
            series = seriesPlan
            problems += series.problems.map(message)
        }
        guard problems.isEmpty else { throw BacktestError(problems) }
    }

    /// The packages that it was made from, and those that are not the search path's.
    var taken: [TakenPackage] { shelf.taken }
    var versionChanges: [VersionChange] { shelf.changes }

    private var seriesPlan: SeriesPlan {
        func member(_ id: String, _ names: SeriesNames) -> SeriesMember {
            SeriesMember(id: id, publishes: names.published, reads: names.read)
        }
        return SeriesPlan(
            models: models.map { member($0.id, $0.instance.needs.series) },
            strategies: strategies.map {
                member(run.accounts[$0.account].strategies[$0.entry].id, $0.instance.needs.series)
            })
    }

    private func message(_ problem: SeriesProblem) -> HouseMessage {
        let place = ConfigPath("models")
        switch problem {
        case .doubled(let name, let publishers):
            return run.document.message(
                at: place,
                "series \(name) is published by \(publishers.joined(separator: " and by "))",
                help: "leave one of them out, or give it parameters by which its name differs")
        case .unknown(let name, let reader, let known):
            let list = known.isEmpty ? "no model publishes any" : known.joined(separator: ", ")
            return run.document.message(
                at: place, "\(reader) reads series \(name), which no model publishes",
                details: [.init("published", list)],
                help: "add the model that publishes it, or correct the name")
        case .circle(let path):
            let steps = path.map { "\($0.reader) reads \($0.name)" }
            let back = path.first.map { " of \($0.reader)" } ?? ""
            return run.document.message(
                at: place,
                "models wait for each other: \(steps.joined(separator: " of "))\(back)",
                help: "let one of them do without what it reads")
        }
    }

    private mutating func addExchange(_ id: String) -> [HouseMessage] {
        do throws(PluginError) {
            for account in run.accounts.indices {
                let made = try shelf.exchange(
                    request(
                        id, [], Array(data.instruments.indices), 20_000 + account,
                        instance: "venue"))
                exchanges.append(made.instance)
                exchangeManifest = made.manifest
            }
            return []
        } catch { return [message(error, at: "venue")] }
    }

    /// The exchange plugin as one that took part.
    var usedExchange: [UsedPlugin] {
        guard let exchange = exchanges.first, let manifest = exchangeManifest else { return [] }
        return [
            UsedPlugin(
                instance: "venue", account: "", id: exchange.description.id, kind: .exchange,
                version: exchange.description.version, language: manifest.language,
                sha256: manifest.sha256, packageDigest: manifest.digest,
                engines: manifest.engines ?? [],
                isSandboxed: exchange.isSandboxed)
        ]
    }

    /// Indices of the instances of some accounts.
    func instances(of accounts: [Int]) -> [Int] {
        strategies.indices.filter { accounts.contains(strategies[$0].account) }
    }

    /// Accounts on margin whose contracts say nothing of what they bind.
    private func marginProblems(_ account: AccountEntry, _ index: Int) -> [HouseMessage] {
        guard let margin = account.margin else { return [] }
        let model = margin.model(run.venue, data.instruments)
        let bare = data.instruments.indices.filter {
            data.instruments[$0].kind != .spot && model.schedules[$0] == nil
        }
        return bare.map { instrument in
            run.document.message(
                at: ConfigPath("accounts").index(index).key("margin"),
                "account \(account.id) has margin, and \(data.instruments[instrument].name) has "
                    + "no margin tiers",
                help: "add venue.margin_tiers, such as "
                    + "[{ from: 0, leverage: 20, maintenance: 0.025 }]")
        }
    }

    private func indices(_ names: [String]) -> [Int] {
        names.isEmpty ? Array(data.instruments.indices) : names.compactMap { data.index(of: $0) }
    }

    private func request(
        _ id: String, _ parameters: [ParameterEntry], _ indices: [Int], _ salt: Int,
        instance: String, files: [InstanceFile] = []
    )
        -> InstanceRequest
    {
        InstanceRequest(
            pluginId: id, parameters: parameters.map { (name: $0.name, value: $0.text) },
            instruments: data.instruments, indices: indices,
            seed: UInt64(bitPattern: run.seed) &+ UInt64(salt) &* 0x9E37_79B9_7F4A_7C15,
            instance: instance, files: files)
    }

    private mutating func addStrategy(_ account: Int, _ index: Int) -> [HouseMessage] {
        let entry = run.accounts[account].strategies[index]
        let indices = indices(entry.instruments)
        let place = "accounts[\(account)].strategies[\(index)]"
        do throws(PluginError) {
            let made = try shelf.strategy(
                request(
                    entry.plugin, entry.parameters, indices, strategies.count + 1,
                    instance: entry.id))
            strategies.append(
                Strategy(
                    account: account, entry: index, instruments: indices, instance: made.instance,
                    manifest: made.manifest))
            return requestProblems(made.instance.description, place)
        } catch { return [message(error, at: place)] }
    }

    /// A plugin that asks over the network needs a run that lets it.
    private func requestProblems(
        _ plugin: PluginDescription, _ place: String
    ) -> [HouseMessage] {
        guard run.requests == nil, let requests = plugin.requests else { return [] }
        return [
            run.document.message(
                at: ConfigPath(place + ".plugin"),
                "\(plugin.id) asks over the network, and the run has no requests",
                details: [.init("asks", requests.joined(separator: ", "))],
                help: "add requests, with mode, recording and hosts; see: rialto help backtest")
        ]
    }

    private mutating func addModel(_ index: Int) -> [HouseMessage] {
        let entry = run.models[index]
        let indices = indices(entry.instruments)
        let given = ModelFiles(run, index, start_ns: data.start_ns)
        guard given.problems.isEmpty else { return given.problems }
        do throws(PluginError) {
            let made = try shelf.model(
                request(
                    entry.plugin, entry.parameters, indices, 10_000 + index, instance: entry.id,
                    files: given.files))
            models.append(
                Model(
                    id: entry.id, instruments: indices, instance: made.instance,
                    language: made.manifest.language, sha256: made.manifest.sha256,
                    packageDigest: made.manifest.digest,
                    engines: made.manifest.engines ?? [], isInSample: given.isInSample))
            return []
        } catch { return [message(error, at: "models[\(index)]")] }
    }

    private mutating func addIndicator(_ index: Int) -> [HouseMessage] {
        let entry = run.indicators[index]
        let indices = indices(entry.instruments)
        let place = ConfigPath("indicators").index(index)
        do {
            let source = try BoundSource(
                entry, folder: run.document.resolved(entry.binding),
                instruments: indices.map { ($0, data.instruments[$0]) })
            models.append(
                Model(
                    id: entry.id, instruments: indices, instance: source, language: "c",
                    sha256: source.sha256, packageDigest: "", engines: []))
            return []
        } catch let error as any HouseError {
            return error.messages.map { told in
                run.document.message(
                    at: (error as? BindingError).map { $0.place(below: place) } ?? place,
                    "indicator refused: \(told.summary)", details: told.details, help: told.help)
            }
        } catch {
            return [run.document.message(at: place, "indicator refused: \(error)", help: "")]
        }
    }

    private func message(_ error: PluginError, at place: String) -> HouseMessage {
        var path = place + ".plugin"
        if case .parameter(_, let cause) = error.cause, let name = cause.name {
            path = "\(place).parameters.\(name)"
        }
        return run.document.message(
            at: ConfigPath(path), "plugin refused: \(error.reason)",
            details: error.details, help: error.help)
    }
}

extension ParameterError {
    /// The parameter that it is about.
    var name: String? {
        switch self {
        case .unknown(let name, _), .missing(let name), .malformed(let name, _, _),
            .outOfRange(let name, _, _, _, _), .notAChoice(let name, _, _):
            name
        }
    }
}
