/// What must hold between the values of `ensemble`.
extension RunChecks {
    static func ensemble(_ settings: EnsembleSettings, _ add: (ConfigPath, String, String) -> Void)
    {
        let path = ConfigPath("ensemble")
        parameters(settings.own.parameters, of: settings.own.rule.rawValue, path, add)
        layers(settings, path, add)
        for (index, layer) in settings.layers.enumerated() {
            below(layer, path.key("layers").index(index), add)
        }
        if let top = settings.top { below(top, path.key("top"), add) }
        positions(settings, path, add)
        parts(settings, path, add)
        if let drift = settings.drift { detector(drift, path.key("drift"), add) }
    }

    /// The stacked forecast is a model of the run, and no other may be called as it is.
    static func stacking(_ run: RunFile, _ add: (ConfigPath, String, String) -> Void) {
        guard run.ensemble.stacking != nil else { return }
        let models = run.models.indices.map { ("models", $0, run.models[$0].id) }
        let indicators = run.indicators.indices.map { ("indicators", $0, run.indicators[$0].id) }
        for (list, index, id) in models + indicators where id == StackingSettings.id {
            let path = ConfigPath(list).index(index).key("id")
            add(
                path, "\(path) was \"\(id)\", as the model that ensemble.stacking adds is called",
                "give it another id, or leave ensemble.stacking out")
        }
    }

    /// Refuses parameters that the rule would not read.
    /// Refuses parameters that a rule does not have.
    ///
    /// - Parameters:
    ///   - name: Of the rule, as it is written.
    ///   - rated: Further rules that have a learning rate there.
    private static func parameters(
        _ rule: RuleParameters, of name: String, rated: [String] = [], _ path: ConfigPath,
        _ add: (ConfigPath, String, String) -> Void
    ) {
        let given: [(key: String, isGiven: Bool, of: [String])] = [
            (
                "eta", rule.eta != nil,
                ["hedge", "fixed-share", "ewa", "ewa-share", "boa"] + rated
            ),
            ("alpha", rule.alpha != nil, ["fixed-share", "ewa-share", "specialists"]),
            ("form", rule.form != nil, ["ml-poly", "ml-prod"]),
            ("prior", rule.prior != nil, ["squint"]),
        ]
        for one in given where one.isGiven && !one.of.contains(name) {
            add(
                path.key(one.key),
                "\(path.key(one.key)) was given, which the rule \(name) does not have",
                "leave it out, or take a rule that has it: "
                    + one.of.joined(separator: ", "))
        }
    }

    private static func layers(
        _ settings: EnsembleSettings, _ path: ConfigPath,
        _ add: (ConfigPath, String, String) -> Void
    ) {
        let isLayered = settings.own.rule == .layers
        if isLayered, settings.layers.isEmpty {
            add(
                path.key("rule"), "ensemble.rule was layers, and no layers are given",
                "add such as: layers: [{ rule: specialists }, { rule: boa }]")
        }
        if !isLayered, !settings.layers.isEmpty || settings.top != nil {
            add(
                path.key(settings.layers.isEmpty ? "top" : "layers"),
                "ensemble has layers, and its rule was \(settings.own.rule.rawValue)",
                "set rule: layers, or leave layers and top out")
        }
    }

    private static func below(
        _ rule: RuleSettings, _ path: ConfigPath, _ add: (ConfigPath, String, String) -> Void
    ) {
        parameters(rule.parameters, of: rule.rule.rawValue, path, add)
        guard rule.rule == .layers else { return }
        add(
            path.key("rule"), "\(path.key("rule")) was layers, which cannot stand there",
            "name one of the other rules")
    }

    /// What must hold between the values of `allocation`.
    static func allocation(
        _ account: AccountEntry, _ path: ConfigPath, _ add: (ConfigPath, String, String) -> Void
    ) {
        guard let settings = account.allocation else { return }
        parameters(
            settings.parameters, of: settings.rule.rawValue,
            rated: [PortfolioChoice.exponentiatedGradient, .newtonStep].map(\.rawValue), path, add)
        let most = PortfolioChoice.universalMost
        if settings.rule == .portfolio(.universal), account.strategies.count > most {
            add(
                path.key("rule"),
                "\(path.key("rule")) was universal, for \(account.strategies.count) strategies",
                "it divides capital between \(most) at most: take newton-step, or another rule")
        }
        if account.strategies.count < 2 {
            add(
                path,
                "account \"\(account.id)\" has an allocation and \(account.strategies.count) "
                    + "strategies",
                "leave allocation out, or give the account two strategies or more")
        }
        if let floor = settings.floor {
            if floor * Double(account.strategies.count) > 1 {
                add(
                    path.key("floor"),
                    "\(path.key("floor")) was \(floor), more than 1 for "
                        + "\(account.strategies.count) strategies together",
                    "lower it to 1 / \(account.strategies.count) or less")
            } else if let cap = settings.cap, floor > cap {
                add(
                    path.key("floor"), "\(path.key("floor")) was \(floor), above cap, \(cap)",
                    "lower the floor or raise the cap")
            }
        }
    }

    private static func positions(
        _ settings: EnsembleSettings, _ path: ConfigPath,
        _ add: (ConfigPath, String, String) -> Void
    ) {
        guard let rule = settings.positions else { return }
        below(rule, path.key("positions"), add)
        guard settings.loss == .netUtility else { return }
        add(
            path.key("positions"),
            "ensemble.positions was given, and loss was net-utility, which weighs by them already",
            "leave positions out, or take loss: log for the probabilities")
    }

    private static func parts(
        _ settings: EnsembleSettings, _ path: ConfigPath,
        _ add: (ConfigPath, String, String) -> Void
    ) {
        guard let floor = settings.floor else { return }
        for (key, most) in [("cap", settings.cap), ("group_cap", settings.groupCap)] {
            guard let most, floor > most else { continue }
            add(
                path.key("floor"), "ensemble.floor was \(floor), above \(key), \(most)",
                "lower the floor or raise the \(key)")
        }
    }

    private static func detector(
        _ drift: DriftSettings, _ path: ConfigPath, _ add: (ConfigPath, String, String) -> Void
    ) {
        let given: [(key: String, isGiven: Bool, of: DetectorChoice)] = [
            ("threshold", drift.threshold != nil, .pageHinkley),
            ("delta", drift.delta != nil, .adwin), ("alpha", drift.alpha != nil, .kswin),
        ]
        for one in given where one.isGiven && one.of != drift.detector {
            add(
                path.key(one.key),
                "\(path.key(one.key)) was given, which \(drift.detector.rawValue) does not have",
                "leave it out, or set detector: \(one.of.rawValue)")
        }
    }
}
