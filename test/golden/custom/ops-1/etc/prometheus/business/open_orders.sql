SELECT each.metric || '{' || row.labels || '} ' || each.number
FROM (SELECT 'region="' || replace(replace(replace(coalesce((left(q."region"::text, 200))::text, ''), '\', '\\'), '"', '\"'), E'\n', ' ') || '"' AS labels, ARRAY[coalesce((q."value")::float8, 'NaN')] AS numbers
  FROM (SELECT * FROM (
SELECT region, count(*) AS value FROM orders WHERE sent IS NULL GROUP BY region
) AS every LIMIT 1001) AS q) AS row,
  unnest(ARRAY['holdfast_business_open_orders'], row.numbers) AS each (metric, number);
