using Gyre.Server.Http;

namespace Gyre.Server.Parameters;

/// <summary>The faults of one request, reported together; the error's code and parameter are those of the first.</summary>
internal sealed class RequestFaults
{
    private const int MostReported = 8;

    private readonly List<(string Code, string? Param, string Message)> _faults = [];

    public bool Any => _faults.Count > 0;

    public void Add(string code, string? param, string message) => _faults.Add((code, param, message));

    public void ThrowIfAny()
    {
        if (_faults.Count == 0)
        {
            return;
        }

        var messages = string.Join(' ', _faults.Take(MostReported).Select(fault => fault.Message));
        if (_faults.Count > MostReported)
        {
            messages += $" And {_faults.Count - MostReported} more.";
        }

        throw ApiException.Invalid(_faults[0].Code, messages, _faults[0].Param);
    }
}
