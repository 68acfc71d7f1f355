extension RunChecks {
    /// What must hold of `requests`, told by path, text and help.
    static func requests(
        _ settings: RequestSettings?, _ tell: (ConfigPath, String, String) -> Void
    ) {
        guard let settings else { return }
        let path = ConfigPath("requests")
        if settings.mode == .live {
            tell(
                path.key("mode"), "requests.mode was live, which is for live trading",
                "a backtest answers from a recording: replay, or record to make one")
        }
        let hosts = settings.hosts.compactMap { RequestSettings.place($0)?.host }
        for (index, secret) in settings.secrets.enumerated() {
            let place = path.key("secrets").index(index)
            if (secret.environment == nil) == (secret.file == nil) {
                tell(
                    place, "\(place) is to be in an environment variable or in a file",
                    "give it environment or file, not both; never write the secret itself")
            }
            for host in secret.hosts where !hosts.contains(host) {
                tell(
                    place.key("hosts"), "\(place) is for \(host), which may not be asked",
                    "add \(host) to requests.hosts, or remove it here")
            }
            let same = settings.secrets[..<index].first {
                $0.name == secret.name && !Set($0.hosts).isDisjoint(with: secret.hosts)
            }
            if same != nil {
                tell(
                    place, "\(place) is the second secret \(secret.name) for one host",
                    "give each host one secret of a name")
            }
        }
    }
}
