/// What the host notes of a plugin that runs in its own process.
package struct HostNotes: Sendable {
    /// Where what it logs is kept; nil nowhere.
    let journal: PluginJournal?
    /// Where it is noted that the host is inside of it; nil nowhere.
    let breadcrumbs: Breadcrumbs?

    /// Nothing.
    package static let none = HostNotes(journal: nil, breadcrumbs: nil)

    /// As the workers of the same run.
    init(_ settings: WorkerSettings) {
        journal = settings.journal
        breadcrumbs = settings.breadcrumbs
    }

    private init(journal: PluginJournal?, breadcrumbs: Breadcrumbs?) {
        self.journal = journal
        self.breadcrumbs = breadcrumbs
    }

    func slot(_ request: InstanceRequest, _ library: PluginLibrary) -> BreadcrumbSlot? {
        breadcrumbs?.slot(
            plugin: request.pluginId, library.manifest, instance: request.instance)
    }
}
