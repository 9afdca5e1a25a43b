namespace Gyre.Evaluation.Metrics.Trajectories;

/// <summary>How many of one list stand for how many of another.</summary>
internal static class CallMatching
{
    /// <summary>The size of the largest one-to-one matching. Tolerances make equality intransitive, so that greedy choice would fail.</summary>
    /// <remarks>
    /// Cost: first × second comparisons, kept as bits; at most first² × second steps when nearly everything is alike.
    /// <para>Source: H. Kuhn 1955.</para>
    /// </remarks>
    public static int Largest(int first, int second, Func<int, int, bool> areEqual)
    {
        var edges = new List<int>[first];
        for (var i = 0; i < first; i++)
        {
            edges[i] = [];
            for (var j = 0; j < second; j++)
            {
                if (areEqual(i, j))
                {
                    edges[i].Add(j);
                }
            }
        }

        var owner = new int[second];
        owner.AsSpan().Fill(-1);
        var visited = new int[second];
        var size = 0;
        for (var i = 0; i < first; i++)
        {
            size += Place(i, i + 1) ? 1 : 0;
        }

        return size;

        // A free place is taken before anyone is moved, so that the usual case needs no recursion.
        bool Place(int i, int round)
        {
            foreach (var j in edges[i])
            {
                if (owner[j] < 0)
                {
                    owner[j] = i;
                    return true;
                }
            }

            foreach (var j in edges[i])
            {
                if (visited[j] == round)
                {
                    continue;
                }

                visited[j] = round;
                if (Place(owner[j], round))
                {
                    owner[j] = i;
                    return true;
                }
            }

            return false;
        }
    }
}
