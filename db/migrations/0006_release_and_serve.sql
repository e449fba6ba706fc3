CREATE TABLE "edge_bundles" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"deployment_id" uuid NOT NULL,
	"version_id" uuid NOT NULL,
	"release" integer NOT NULL,
	"files" jsonb NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"created_by" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "key_usage" (
	"key_id" uuid NOT NULL,
	"deployment" text NOT NULL,
	"hour" timestamp (3) with time zone NOT NULL,
	"requests" integer DEFAULT 0 NOT NULL,
	"rows" integer DEFAULT 0 NOT NULL,
	"limited" integer DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "key_usage_key_id_deployment_hour_pk" PRIMARY KEY("key_id","deployment","hour")
);
--> statement-breakpoint
CREATE TABLE "outcomes" (
	"prediction_id" text NOT NULL,
	"name" text NOT NULL,
	"deployment_id" uuid NOT NULL,
	"label" text,
	"value" double precision,
	"at" timestamp (3) with time zone NOT NULL,
	"received_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "outcomes_deployment_id_prediction_id_name_pk" PRIMARY KEY("deployment_id","prediction_id","name")
);
--> statement-breakpoint
CREATE TABLE "release_requests" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"deployment_id" uuid NOT NULL,
	"change" jsonb NOT NULL,
	"sentence" text NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"status" text DEFAULT 'waiting' NOT NULL,
	"requested_by" text,
	"requested_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"decided_by" text,
	"decided_at" timestamp (3) with time zone,
	"note" text DEFAULT '' NOT NULL
);
--> statement-breakpoint
CREATE TABLE "review_items" (
	"prediction_id" text PRIMARY KEY NOT NULL,
	"deployment_id" uuid NOT NULL,
	"version_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"input" jsonb NOT NULL,
	"label" text,
	"confidence" real,
	"status" text DEFAULT 'open' NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rollouts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"deployment_id" uuid NOT NULL,
	"strategy" jsonb NOT NULL,
	"champion_id" uuid NOT NULL,
	"challenger_id" uuid NOT NULL,
	"status" text DEFAULT 'running' NOT NULL,
	"step" integer DEFAULT 0 NOT NULL,
	"step_since" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"release_before" integer NOT NULL,
	"first_release" integer NOT NULL,
	"release" integer NOT NULL,
	"sentence" text DEFAULT '' NOT NULL,
	"created_by" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "verdicts" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"rollout_id" uuid NOT NULL,
	"step" integer NOT NULL,
	"verdict" jsonb NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "rollup_hours" DROP CONSTRAINT "rollup_hours_deployment_id_minute_version_id_test_pk";--> statement-breakpoint
ALTER TABLE "rollups" DROP CONSTRAINT "rollups_deployment_id_minute_version_id_test_pk";--> statement-breakpoint
ALTER TABLE "alerts" ALTER COLUMN "rule_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "predictions" ALTER COLUMN "input" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "deployment_id" uuid;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "kind" text;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "actions" jsonb;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "rate_per_second" double precision;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "burst" integer;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "rows_per_day" integer;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "priority" text DEFAULT 'normal' NOT NULL;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "expires_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "replaced_by" uuid;--> statement-breakpoint
ALTER TABLE "deployments" ADD COLUMN "settings" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "model_versions" ADD COLUMN "weights" text DEFAULT 'float32' NOT NULL;--> statement-breakpoint
ALTER TABLE "model_versions" ADD COLUMN "smaller_of" uuid;--> statement-breakpoint
ALTER TABLE "model_versions" ADD COLUMN "smaller" jsonb;--> statement-breakpoint
ALTER TABLE "predictions" ADD COLUMN "input_hash" text;--> statement-breakpoint
ALTER TABLE "predictions" ADD COLUMN "source" text DEFAULT 'gateway' NOT NULL;--> statement-breakpoint
ALTER TABLE "predictions" ADD COLUMN "fallback" text;--> statement-breakpoint
ALTER TABLE "predictions" ADD COLUMN "answered_by" uuid;--> statement-breakpoint
ALTER TABLE "predictions" ADD COLUMN "shadow" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "releases" ADD COLUMN "settings" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "releases" ADD COLUMN "rollout_id" uuid;--> statement-breakpoint
ALTER TABLE "rollup_hours" ADD COLUMN "release" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "rollup_hours" ADD COLUMN "shadow" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "rollups" ADD COLUMN "release" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "rollups" ADD COLUMN "shadow" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "spool_batches" ADD COLUMN "lines" integer;--> statement-breakpoint
ALTER TABLE "edge_bundles" ADD CONSTRAINT "edge_bundles_deployment_id_deployments_id_fk" FOREIGN KEY ("deployment_id") REFERENCES "public"."deployments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "edge_bundles" ADD CONSTRAINT "edge_bundles_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "key_usage" ADD CONSTRAINT "key_usage_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "release_requests" ADD CONSTRAINT "release_requests_deployment_id_deployments_id_fk" FOREIGN KEY ("deployment_id") REFERENCES "public"."deployments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "release_requests" ADD CONSTRAINT "release_requests_requested_by_users_id_fk" FOREIGN KEY ("requested_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "release_requests" ADD CONSTRAINT "release_requests_decided_by_users_id_fk" FOREIGN KEY ("decided_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rollouts" ADD CONSTRAINT "rollouts_deployment_id_deployments_id_fk" FOREIGN KEY ("deployment_id") REFERENCES "public"."deployments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rollouts" ADD CONSTRAINT "rollouts_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "verdicts" ADD CONSTRAINT "verdicts_rollout_id_rollouts_id_fk" FOREIGN KEY ("rollout_id") REFERENCES "public"."rollouts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "edge_bundles_deployment_idx" ON "edge_bundles" USING btree ("deployment_id","created_at");--> statement-breakpoint
CREATE INDEX "outcomes_deployment_idx" ON "outcomes" USING btree ("deployment_id","received_at");--> statement-breakpoint
CREATE INDEX "release_requests_deployment_idx" ON "release_requests" USING btree ("deployment_id","requested_at");--> statement-breakpoint
CREATE INDEX "review_items_queue_idx" ON "review_items" USING btree ("deployment_id","status","at");--> statement-breakpoint
CREATE INDEX "rollouts_deployment_idx" ON "rollouts" USING btree ("deployment_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "rollouts_one_under_way" ON "rollouts" USING btree ("deployment_id") WHERE "rollouts"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "verdicts_rollout_idx" ON "verdicts" USING btree ("rollout_id","id");--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_deployment_id_deployments_id_fk" FOREIGN KEY ("deployment_id") REFERENCES "public"."deployments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_versions" ADD CONSTRAINT "model_versions_smaller_of_model_versions_id_fk" FOREIGN KEY ("smaller_of") REFERENCES "public"."model_versions"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_open_kind_key" ON "alerts" USING btree ("deployment_id","kind") WHERE "alerts"."rule_id" is null and "alerts"."closed_at" is null;--> statement-breakpoint
ALTER TABLE "rollup_hours" ADD CONSTRAINT "rollup_hours_pk" PRIMARY KEY("deployment_id","minute","version_id","release","test","shadow");--> statement-breakpoint
ALTER TABLE "rollups" ADD CONSTRAINT "rollups_pk" PRIMARY KEY("deployment_id","minute","version_id","release","test","shadow");