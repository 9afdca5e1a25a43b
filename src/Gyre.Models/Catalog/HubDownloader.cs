using Gyre.Models.Weights;

namespace Gyre.Models.Catalog;

/// <summary>Fetches models into a catalogue: from a hub, from a URL or from a path.</summary>
/// <remarks>
/// <para>Only weights, configuration and tokenizer files of a model's top folder are fetched. An interrupted download
/// resumes where it stopped when the same reference is fetched again. Every file is compared with the best digest there
/// is: the request's, <c>SHA256SUMS</c>, the hub's. Nothing is written outside the model's folder.</para>
/// <para>Owns: its connections, until disposed. Safe for several threads, but not for one model twice at once.</para>
/// <para>Source: the hub's layout <c>/api/models/{id}/revision/{revision}</c> and <c>/{id}/resolve/{revision}/{file}</c>.</para>
/// </remarks>
public sealed class HubDownloader : IDisposable
{
    private const string SumsFile = "SHA256SUMS";
    private const int MaxSumsBytes = 4 << 20;
    private const string IndexFile = "model.safetensors.index.json";
    private const string SingleFile = "model.safetensors";

    private readonly HttpMessageInvoker _http;
    private readonly HubConnection _connection;

    /// <summary>A downloader for one endpoint.</summary>
    public HubDownloader(HubOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxAttempts, 1, nameof(options));
        _http = new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = options.StallTimeout }, disposeHandler: true);
        _connection = new HubConnection(_http, options, time);
    }

    /// <summary>Fetches a model, or what is missing of it.</summary>
    /// <param name="request">What to fetch.</param>
    /// <param name="modelsFolder">The catalogue's folder; created when it does not exist.</param>
    /// <param name="progress">Told of every step; null to be silent.</param>
    /// <param name="cancellationToken">Stops at once; what has arrived is kept and resumed by the next call.</param>
    /// <remarks>
    /// Errors: <see cref="ModelException"/> RUN0023 bad name, RUN0040 bad reference, RUN0041 network, RUN0042 not allowed,
    /// RUN0043 not found, RUN0044 wrong digest (the file is deleted), RUN0045 hostile listing, RUN0046 disk full or not
    /// writable, RUN0047 nothing to run or a choice to make, RUN0048 an answer that is not a hub's, RUN0049 the name is taken.
    /// </remarks>
    public async Task<PullResult> PullAsync(PullRequest request, string modelsFolder, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrEmpty(modelsFolder);
        var reference = HubReference.Parse(request.Reference, _connection.Options.Endpoint);
        if (request.ExpectedSha256 is not null && !HubAnswer.IsHex(request.ExpectedSha256, 64))
        {
            throw CatalogErrors.BadReference(request.Reference, "the expected digest is not 64 hexadecimal digits");
        }

        var name = ModelName.Require(request.Name ?? reference.DefaultName);
        var target = new PullTarget(name, Path.Combine(modelsFolder, name), reference);
        target.Check();
        try
        {
            return await FetchAllAsync(request, reference, target, progress, cancellationToken);
        }
        catch
        {
            target.RemoveIfEmpty();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private async Task<PullResult> FetchAllAsync(PullRequest request, HubReference reference, PullTarget target, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        if (reference.LocalPath is { } path)
        {
            await Task.Run(() => LocalCopy.Run(ModelFolder.Open(path), request, target, progress, cancellationToken), cancellationToken);
            return target.Result(null);
        }

        Action<string> notify = notice => progress?.Report(new PullProgress("", 0, 0, 0, null, notice));
        var listing = reference.HubId is null ? null : await HubListing.FetchAsync(_connection, reference, notify, cancellationToken);
        if (listing is null)
        {
            await ProbeAsync(request, reference, target, progress, cancellationToken);
            return target.Result(target.Commit);
        }

        var sums = listing.Files.Any(file => file.Name == SumsFile) ? await FetchSumsAsync(reference, notify, cancellationToken) : [];
        var wanted = reference.FileName is null ? request.WeightFiles : [reference.FileName];
        var files = HubFileChoice.Choose(reference.Source, listing.Files, wanted);
        for (var i = 0; i < files.Count; i++)
        {
            var expected = WithDigest(files[i], sums, request, files);
            if (!await FetchAsync(target, expected, i + 1, files.Count, listing.Commit, progress, cancellationToken))
            {
                throw CatalogErrors.Absent(reference.UriOf(expected.Name).GetLeftPart(UriPartial.Path), "this file of the model's listing");
            }
        }

        return target.Result(listing.Commit ?? target.Commit);
    }

    /// <summary>Without a listing, asks for the files that models usually have; those that are absent are skipped.</summary>
    private async Task ProbeAsync(PullRequest request, HubReference reference, PullTarget target, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        Action<string> notify = notice => progress?.Report(new PullProgress("", 0, 0, 0, null, notice));
        var sums = reference.FileName is not null && reference.HubId is null ? [] : await FetchSumsAsync(reference, notify, cancellationToken);
        var weights = reference.FileName is not null ? [reference.FileName] : request.WeightFiles.Count > 0 ? request.WeightFiles : [IndexFile, SingleFile];
        if (weights.FirstOrDefault(weight => weight.Contains('*', StringComparison.Ordinal) || !ModelName.IsValid(weight)) is { } unclear)
        {
            throw CatalogErrors.NothingToFetch(reference.Source, $"no listing to match {WeightErrors.Quote(unclear)} with", "Name the weight file in full.");
        }

        var number = 0;
        var found = 0;
        var pending = new Queue<string>(weights);
        while (pending.TryDequeue(out var weight))
        {
            var expected = WithDigest(new FileExpectation(weight, null, null), sums, request, null);
            if (!await FetchAsync(target, expected, ++number, 0, null, progress, cancellationToken))
            {
                continue;
            }

            if (weight.EndsWith(".index.json", StringComparison.Ordinal))
            {
                pending.Clear();
                foreach (var shard in SafetensorsFolder.ReadShardNames(Path.Combine(target.Folder, weight)))
                {
                    pending.Enqueue(shard);
                }
            }
            else
            {
                found++;
            }
        }

        if (found == 0)
        {
            throw CatalogErrors.Absent(reference.UriOf(weights[^1]).GetLeftPart(UriPartial.Path), reference.HubId is null ? "this file" : $"the model {WeightErrors.Quote(reference.Source)} at revision {WeightErrors.Quote(reference.Revision ?? "")}");
        }

        if (reference.FileName is not null && reference.HubId is null && weights[0].EndsWith(".gguf", StringComparison.OrdinalIgnoreCase))
        {
            return; // A GGUF file holds everything itself.
        }

        foreach (var side in HubFileChoice.SideFiles)
        {
            await FetchAsync(target, WithDigest(new FileExpectation(side, null, null), sums, null, null), ++number, 0, null, progress, cancellationToken);
        }
    }

    private async Task<bool> FetchAsync(PullTarget target, FileExpectation file, int number, int count, string? commit, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        void Report(long bytes, long? total, string? notice) => progress?.Report(new PullProgress(file.Name, number, count, bytes, total, notice));

        target.Create();
        var known = target.Find(file.Name);
        if (known is not null && file.Sha256 == known.Sha256 && await target.HoldsAsync(file.Name, known, cancellationToken))
        {
            Report(known.LengthBytes, known.LengthBytes, null);
            target.Add(file.Name, known with { IsVerified = true }, wasPresent: true);
            return true;
        }

        using var download = new FileDownload(_connection, target.Reference.UriOf(file.Name), file, target.Folder, known, Report);
        var entry = await download.RunAsync(cancellationToken);
        if (entry is null)
        {
            return false;
        }

        target.Commit ??= download.Commit;
        if ((commit ?? target.Commit) is { } first && download.Commit is { } served && served != first)
        {
            throw CatalogErrors.BadAnswer(target.Reference.UriOf(file.Name).GetLeftPart(UriPartial.Path), $"a file of commit {WeightErrors.Quote(served)}", $"commit {WeightErrors.Quote(first)} like the files before it (the revision moved meanwhile: run the command again)");
        }

        target.Add(file.Name, entry, wasPresent: ReferenceEquals(entry, known));
        return true;
    }

    private async Task<Dictionary<string, string>> FetchSumsAsync(HubReference reference, Action<string> notify, CancellationToken cancellationToken)
    {
        var body = await HubListing.ReadBodyAsync(_connection, reference.UriOf(SumsFile), MaxSumsBytes, notify, cancellationToken);
        return body is null ? [] : HubListing.ParseSums(reference.Source, body);
    }

    private static FileExpectation WithDigest(FileExpectation file, Dictionary<string, string> sums, PullRequest? request, IReadOnlyList<FileExpectation>? all)
    {
        var isWeights = file.Name.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) || file.Name.EndsWith(".safetensors", StringComparison.Ordinal);
        var isOnly = all is null || all.Count(other => other.Name.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) || other.Name.EndsWith(".safetensors", StringComparison.Ordinal)) == 1;
        if (isWeights && request?.ExpectedSha256 is { } asked)
        {
            return isOnly
                ? file with { Sha256 = asked.ToLowerInvariant() }
                : throw CatalogErrors.BadReference(request.Reference, "a digest was given for a model of several weight files");
        }

        return sums.TryGetValue(file.Name, out var sum) ? file with { Sha256 = sum } : file;
    }
}
