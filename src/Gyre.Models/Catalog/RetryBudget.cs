namespace Gyre.Models.Catalog;

/// <summary>Counts failures in a row and waits between attempts, longer each time.</summary>
internal sealed class RetryBudget(HubOptions options, TimeProvider time)
{
    private int _failures;

    /// <summary>Called after progress: the count starts anew.</summary>
    public void Reset() => _failures = 0;

    /// <summary>Waits before the next attempt; RUN0041 when there is none left.</summary>
    public async Task SpendAsync(TransientFailure failure, string url, Action<string> notify, CancellationToken cancellationToken)
    {
        _failures++;
        if (_failures >= options.MaxAttempts)
        {
            throw CatalogErrors.Unreachable(url, failure.Message, _failures, failure.InnerException);
        }

        var delay = options.FirstDelay * Math.Pow(2, _failures - 1);
        delay = failure.RetryAfter > delay ? failure.RetryAfter.Value : delay;
        delay = delay > options.LongestDelay ? options.LongestDelay : delay;
        notify($"{failure.Message}; trying again in {delay.TotalSeconds:0.#} s ({_failures} of {options.MaxAttempts - 1})");
        await Task.Delay(delay, time, cancellationToken);
    }
}
