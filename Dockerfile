# The image of docker-compose.yml: web, worker, beat, sandbox and the one-shot migration.
FROM python:3.13-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 fonts-inter \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 1000 caseload \
 && install -d -o caseload -m 0700 /data
WORKDIR /app
COPY requirements.lock .
RUN pip install --no-cache-dir --only-binary :all: --require-hashes -r requirements.lock
COPY . .
ENV CASELOAD_DATA=/data PYTHONUNBUFFERED=1
USER caseload
