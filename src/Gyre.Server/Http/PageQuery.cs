using System.Globalization;
using Gyre.Server.Parameters;

namespace Gyre.Server.Http;

/// <summary>Which page of a list a request asks for.</summary>
/// <param name="Limit">The most entries.</param>
/// <param name="After">The id after which the page begins; null for the first page.</param>
/// <param name="IsAscending">The oldest first, instead of the newest.</param>
internal sealed record PageQuery(int Limit, string? After, bool IsAscending)
{
    /// <summary>Reads <c>limit</c>, <c>after</c> and, where it is allowed, <c>order</c>; refuses what is neither these nor in <paramref name="others"/>.</summary>
    public static PageQuery Read(IQueryCollection query, int usual, int most, bool hasOrder = false, params ReadOnlySpan<string> others)
    {
        foreach (var name in query.Keys)
        {
            if (name is not ("limit" or "after") && !(hasOrder && name == "order") && !others.Contains(name))
            {
                throw ApiException.Invalid("SRV0110", $"Unknown parameter '{(name.Length <= 80 ? name : name[..80] + "…")}'; expected limit, after{(hasOrder ? ", order" : "")}{string.Concat(others.ToArray().Select(other => ", " + other))}.", name);
            }
        }

        var limit = usual;
        if (query["limit"] is [{ } text] && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit >= 1 && limit <= most))
        {
            throw ApiException.Invalid(RequestReader.OutOfRange, $"'limit' is not a number from 1 to {most}.", "limit");
        }

        var order = query["order"] is [{ } asked] ? asked : "desc";
        return order is "asc" or "desc"
            ? new PageQuery(limit, query["after"] is [{ Length: > 0 } after] ? after : null, order == "asc")
            : throw ApiException.Invalid(RequestReader.OutOfRange, "'order' is unknown; expected 'asc' or 'desc'.", "order");
    }

    /// <summary>The refusal of an <c>after</c> that names nothing of the list.</summary>
    public static ApiException UnknownAfter() =>
        ApiException.Invalid(RequestReader.OutOfRange, "'after' names nothing in this list; expected the 'last_id' of a page.", "after");
}
